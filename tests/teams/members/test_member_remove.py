"""Removing a member, leaving, and the owner who is the last one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from console.errors import Conflict
from teams.grants.services import GrantSpec, give
from teams.members.services import LastOwner, leave, remove_member
from teams.models import Membership, User, UserGrant
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.factories import MembershipFactory, OrganizationFactory
from tests.team_fixtures import crew_of


def address(user: User) -> str:
    return reverse("teams:member-remove", args=["acme", user.memberships.get().uuid])


LEAVE = "/o/acme/users/departure/"


def furnished(cast: Cast) -> User:
    """A member of a team with a grant of their own."""
    user = crew_of(cast).member
    spec = GrantSpec(cast.organization, cast.project, role="project:guest")
    give(actor=cast.owner, holder=user, spec=spec)
    return user


def test_the_page_says_what_is_lost(cast: Cast) -> None:
    page = text(browser(cast.owner).get(address(furnished(cast))))
    for words in (
        "Remove Hand?",
        "<strong>member</strong>",
        "<strong>build</strong>",
        "<strong>guest</strong> on <code>acme/payments</code>",
    ):
        assert words in page


def test_removing_ends_everything_and_is_one_event(cast: Cast) -> None:
    user = furnished(cast)
    with events_written() as events:
        response = browser(cast.owner).post(address(user))
    (event,) = events
    assert response["Location"] == f"/o/acme/users/left/{user.uuid}/"
    assert not user.memberships.exists()
    assert not user.team_places.exists()
    assert not UserGrant.objects.filter(user=user).exists()
    assert user.grants_on(cast.organization.target) == []
    assert (event.action, event.actor_uuid) == ("member:removed", cast.owner.uuid)
    assert event.before == {
        "role": "member",
        "teams": ["build", "hush"],
        "grants": ["guest on acme/payments"],
    }


def test_the_removed_see_nothing_at_once(cast: Cast) -> None:
    client, user = browser(cast.member), cast.member
    assert client.get("/o/acme/users/").status_code == 200
    remove_member(actor=cast.owner, membership=user.memberships.get())
    assert client.get("/o/acme/users/").status_code == 404


def test_leaving_is_ones_own_event(cast: Cast) -> None:
    with events_written() as events:
        response = browser(cast.member).post(LEAVE)
    (event,) = events
    assert response["Location"] == "/personal/"
    assert (event.action, event.actor_uuid) == ("member:left", cast.member.uuid)
    assert not cast.member.memberships.exists()


def test_leaving_is_offered_by_the_personal_account(cast: Cast) -> None:
    assert LEAVE in text(browser(cast.member).get("/personal/"))


def test_removing_oneself_is_leaving(cast: Cast) -> None:
    person(cast.organization, "owner", "second@example.com")
    response = browser(cast.owner).get(address(cast.owner))
    assert response["Location"] == LEAVE


def test_only_the_person_themselves_leaves(cast: Cast) -> None:
    with events_written() as events, pytest.raises(PermissionDenied):
        leave(actor=cast.owner, membership=cast.member.memberships.get())
    assert events == []


def test_the_last_owner_cannot_leave(cast: Cast) -> None:
    client = browser(cast.owner)
    assert "Leave Organization" not in text(client.get(LEAVE))
    with events_written() as events:
        response = client.post(LEAVE)
    assert (response.status_code, events) == (409, [])
    assert "The last owner stays" in text(response)


def test_the_last_owner_cannot_be_removed(cast: Cast) -> None:
    with events_written() as events, pytest.raises(LastOwner):
        remove_member(actor=cast.owner, membership=cast.owner.memberships.get())
    assert events == []


def test_a_second_removal_is_a_conflict(cast: Cast) -> None:
    membership = cast.member.memberships.get()
    remove_member(actor=cast.owner, membership=membership)
    with events_written() as events, pytest.raises(Conflict):
        remove_member(actor=cast.owner, membership=membership)
    assert events == []


def test_the_member_of_another_organization_is_missing(cast: Cast) -> None:
    member = cast.stranger.memberships.get().uuid
    for name in ("teams:member-remove", "teams:member-role"):
        assert browser(cast.owner).get(reverse(name, args=["acme", member])).status_code == 404


def attempted(call: Callable[[], object]) -> type[Exception] | None:
    """What `call` raises, if it is one of ours."""
    try:
        call()
    except Conflict as error:
        return type(error)
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()
    return None


def at_once(*calls: Callable[[], object]) -> list[type[Exception] | None]:
    """What each of `calls` raised: at the same time, or one by one on SQLite in memory."""
    if connection.vendor == "sqlite":
        return [attempted(call) for call in calls]
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(attempted, calls))


@pytest.mark.django_db(transaction=True)
def test_one_of_two_owners_who_leave_at_once_stays() -> None:
    organization = OrganizationFactory()
    owners = MembershipFactory.create_batch(2, organization=organization, role="owner")
    raised = at_once(*(lambda own=own: leave(actor=own.user, membership=own) for own in owners))
    assert sorted(map(str, raised)) == sorted(map(str, [LastOwner, None]))
    assert Membership.objects.owners(organization.pk).count() == 1
