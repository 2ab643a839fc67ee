"""Changing a member's role."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from console.errors import Conflict
from console.permissions.decision import MissingPermission, allows
from console.permissions.vocabulary import Permission
from teams.members.services import change_member_role, remove_member
from teams.models import Membership, User, UserGrant
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast, person


def address(user: User) -> str:
    return reverse("teams:member-role", args=["acme", user.memberships.get().uuid])


def test_a_member_becomes_an_owner_and_one_event_says_so(cast: Cast) -> None:
    with events_written() as events:
        response = browser(cast.owner).post(address(cast.member), {"role": "owner"})
    (event,) = events
    assert response["Location"] == "/o/acme/users/"
    assert allows(cast.member, Permission.ORGANIZATION_DELETE, cast.organization)
    assert (event.action, event.actor_uuid) == ("member:updated", cast.owner.uuid)
    assert event.target_uuid == cast.member.memberships.get().uuid
    assert (event.before, event.after) == ({"role": "member"}, {"role": "owner"})


@pytest.mark.parametrize("role", ["", "admin", "OWNER", "owner\x00"])
def test_a_role_that_is_none_is_422(cast: Cast, role: str) -> None:
    with events_written() as events:
        response = browser(cast.owner).post(address(cast.member), {"role": role})
    assert (response.status_code, events) == (422, [])
    with pytest.raises(ValidationError):
        change_member_role(
            actor=cast.owner, membership=cast.member.memberships.get(), role=role or "x"
        )


def test_the_same_role_changes_nothing(cast: Cast) -> None:
    with events_written() as events:
        browser(cast.owner).post(address(cast.member), {"role": "member"})
    assert events == []


def test_the_last_owner_is_told_and_stays(cast: Cast) -> None:
    client = browser(cast.owner)
    page = text(client.get(address(cast.owner)))
    assert "the last owner" in page
    assert "Save Role" not in page
    with events_written() as events:
        response = client.post(address(cast.owner), {"role": "member"})
    assert (response.status_code, events) == (409, [])
    assert "The last owner stays" in text(response)
    assert "Make somebody else an owner first" in text(response)


def test_an_owner_who_cannot_sign_in_does_not_count(cast: Cast) -> None:
    Membership.objects.create(organization=cast.organization, user=cast.disabled, role="owner")
    response = browser(cast.owner).post(address(cast.owner), {"role": "member"})
    assert response.status_code == 409


def test_nobody_makes_an_owner_who_is_none(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.MEMBER_UPDATE)
    with events_written() as events, pytest.raises(PermissionDenied):
        change_member_role(actor=actor, membership=cast.member.memberships.get(), role="owner")
    assert events == []


OVER_MEMBERS = {Permission.MEMBER_READ, Permission.MEMBER_UPDATE, Permission.MEMBER_DELETE}


def test_owners_are_changed_and_removed_by_owners(cast: Cast) -> None:
    """The permissions over members do not reach those who hold more."""
    person(cast.organization, "owner", "second@example.com")
    actor, owner = holder(cast.organization, *OVER_MEMBERS), cast.owner.memberships.get()
    with events_written() as events:
        with pytest.raises(MissingPermission):
            change_member_role(actor=actor, membership=owner, role="member")
        with pytest.raises(MissingPermission):
            remove_member(actor=actor, membership=owner)
    assert events == []
    remove_member(actor=actor, membership=cast.member.memberships.get())
    remove_member(actor=cast.owner, membership=Membership.objects.get(user__name="Second"))


def test_what_one_may_not_do_to_owners_is_not_offered(cast: Cast) -> None:
    UserGrant.objects.create(
        user=cast.member, organization=cast.organization, permissions=frozenset(OVER_MEMBERS)
    )
    person(cast.organization, "member", "second@example.com")
    client, owner = browser(cast.member), cast.owner.memberships.get()
    page = text(client.get("/o/acme/users/"))
    for verb in ("role", "remove"):
        where = reverse(f"teams:member-{verb}", args=["acme", owner.uuid])
        assert where not in page
        assert client.get(where).status_code == client.post(where).status_code == 403
    assert page.count("Change Role") == 2
    assert page.count("Remove from Organization") == 1


def test_who_left_meanwhile_is_a_conflict(cast: Cast) -> None:
    membership = cast.member.memberships.get()
    remove_member(actor=cast.owner, membership=membership)
    with pytest.raises(Conflict):
        change_member_role(actor=cast.owner, membership=membership, role="owner")


def test_the_dialog_is_the_same_form(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    body = text(browser(cast.owner).get(address(cast.member), headers=headers)).strip()
    assert body.startswith("<form")
    assert f'action="{address(cast.member)}"' in body
