"""People who join, leave and remove each other at the same moment."""

from functools import partial

import pytest

from console.errors import Conflict
from teams.invitations.services import invite_people, join
from teams.members.services import LastOwner, leave, remove_member
from teams.models import InvitedPlace, Membership
from teams.transfers.services import transfer_organization
from tests.conftest import Cast, person
from tests.factories import UserFactory
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")
MANY = 50


def test_an_invitation_that_many_accept_at_once_is_accepted_once(shared: None, cast: Cast) -> None:
    (invitation,) = invite_people(
        actor=cast.owner,
        organization=cast.organization,
        emails=["new@example.com"],
        role="member",
        places=[InvitedPlace.in_project(cast.project, "project:guest")],
    )
    user, key = UserFactory(email="new@example.com"), invitation.key()
    found = at_barrier(*[partial(join, actor=user, invitation=invitation, key=key)] * MANY)
    refused = [it for it in found if isinstance(it, Exception)]
    assert (len(refused), {type(it) for it in refused}) == (MANY - 1, {Conflict})
    assert user.memberships.count() == user.grants.count() == 1


def test_of_owners_who_leave_and_are_removed_at_once_one_stays(shared: None, cast: Cast) -> None:
    for number in range(3):
        person(cast.organization, "owner", f"o{number}@example.com")
    owners = list(Membership.objects.owners(cast.organization.pk).select_related("organization"))
    leaving = [partial(leave, actor=own.user, membership=own) for own in owners]
    removing = [partial(remove_member, actor=cast.owner, membership=own) for own in owners]
    found = at_barrier(*leaving, *removing)
    refused = {type(it).__name__ for it in found if isinstance(it, Exception)}
    assert Membership.objects.owners(cast.organization.pk).count() == 1
    assert refused <= {LastOwner.__name__, "Conflict", "MissingPermission"}


def test_an_organization_that_is_handed_to_several_at_once_goes_to_one(cast: Cast) -> None:
    people = [person(cast.organization, "member", f"m{number}@example.com") for number in range(8)]
    handing = [partial(_hand_over, cast, each.email, "member") for each in people]
    found = at_barrier(*handing)
    owners = Membership.objects.owners(cast.organization.pk)
    assert len([it for it in found if isinstance(it, Membership)]) == owners.count() == 1
    assert owners.get().user in people


def test_an_organization_that_is_handed_to_who_is_removed_at_once_keeps_an_owner(
    cast: Cast,
) -> None:
    person(cast.organization, "owner", "second@example.com")
    new = person(cast.organization, "member", "new@example.com")
    second = Membership.objects.get(user__email="second@example.com")
    at_barrier(
        partial(_hand_over, cast, new.email, "leave"),
        partial(remove_member, actor=cast.owner, membership=new.memberships.get()),
        partial(leave, actor=second.user, membership=second),
    )
    assert Membership.objects.owners(cast.organization.pk).exists()


def _hand_over(cast: Cast, email: str, afterwards: str) -> Membership:
    return transfer_organization(
        actor=cast.owner, organization=cast.organization, email=email, afterwards=afterwards
    )
