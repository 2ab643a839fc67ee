"""Inviting: the form, the pending ones, sending again, withdrawing."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from console.models import OutgoingMail
from console.permissions.vocabulary import Permission
from teams.members.services import invite, withdraw_invitation
from teams.models import Invitation
from tests.actors import events_written, holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

LIST, NEW = "/o/acme/users/invitations/", "/o/acme/users/invitations/new/"


def invited(cast: Cast, email: str = "new@example.com", role: str = "member") -> Invitation:
    return invite(actor=cast.owner, organization=cast.organization, email=email, role=role)


def test_inviting_puts_a_letter_out_and_is_one_event(cast: Cast) -> None:
    with events_written() as events:
        response = browser(cast.owner).post(NEW, {"email": " New@Example.com ", "role": "member"})
    (event,), invitation = events, Invitation.objects.get()
    assert response["Location"] == LIST
    assert (invitation.email, invitation.role) == ("new@example.com", "member")
    assert invitation.created_by == "owner@example.com"
    assert OutgoingMail.objects.get().recipient == "new@example.com"
    assert (event.action, event.actor_uuid) == ("member:invited", cast.owner.uuid)
    assert event.target_uuid == invitation.uuid
    assert invitation.key() not in str([event.before, event.after, event.target_label])


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("", "member", "This field is required."),
        ("nobody", "member", "Enter a valid email address."),
        ("a@b\n.com", "member", "Enter a valid email address."),
        ("a" * 250 + "@example.com", "member", "at most 254 characters"),
        ("new@example.com", "", "This field is required."),
        ("new@example.com", "admin", "is not one of the available choices"),
        ("MEMBER@example.com", "member", "This person is a member already."),
        ("pending@example.com", "owner", "There is a pending invitation for this address."),
    ],
)
def test_a_wrong_invitation_is_422(cast: Cast, email: str, role: str, words: str) -> None:
    invited(cast, "pending@example.com")
    with events_written() as events:
        response = browser(cast.owner).post(NEW, {"email": email, "role": role})
    assert (response.status_code, events) == (422, [])
    assert words in text(response)
    assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_nobody_invites_to_more_than_they_hold(cast: Cast) -> None:
    actor = holder(
        cast.organization,
        Permission.MEMBER_CREATE,
        Permission.ORGANIZATION_READ,
        Permission.MEMBER_READ,
    )
    with events_written() as events, pytest.raises(PermissionDenied):
        invite(actor=actor, organization=cast.organization, email="a@example.com", role="owner")
    assert (events, OutgoingMail.objects.count()) == ([], 0)
    invite(actor=actor, organization=cast.organization, email="a@example.com", role="member")


def test_pending_ones_say_by_whom_and_until_when(cast: Cast) -> None:
    ended = invited(cast, "late@example.com", "owner")
    Invitation.objects.filter(pk=ended.pk).update(sent_at=timezone.now() - timedelta(days=8))
    invited(cast)
    page = text(browser(cast.owner).get(LIST))
    for words in ("new@example.com", "owner@example.com", "in 7 days", "Ended", "2 invitations"):
        assert words in page
    withdraw_invitation(actor=cast.owner, invitation=ended)
    assert "late@example.com" not in text(browser(cast.owner).get(LIST))


def test_no_page_shows_a_links_key(cast: Cast) -> None:
    key = invited(cast).key()
    client = browser(cast.owner)
    for address in (LIST, NEW, "/o/acme/audit-log/"):
        assert key not in text(client.get(address))


def test_sending_again_ends_the_old_link(cast: Cast) -> None:
    old, invitation = invited(cast).key(), Invitation.objects.get()
    later = timezone.now() + timedelta(minutes=5)
    with events_written() as events, time_machine.travel(later):
        address = reverse("teams:invitation-resend", args=["acme", invitation.uuid])
        assert browser(cast.owner).post(address)["Location"] == LIST
    (event,) = events
    invitation.refresh_from_db()
    assert event.action == "invitation:sent"
    assert (invitation.sent_count, OutgoingMail.objects.count()) == (2, 2)
    assert invitation.opens_with(invitation.key())
    assert not invitation.opens_with(old)


def test_withdrawing_asks_and_ends_the_link(cast: Cast) -> None:
    invitation = invited(cast)
    address = reverse("teams:invitation-withdraw", args=["acme", invitation.uuid])
    client = browser(cast.owner)
    assert "Withdraw the invitation of new@example.com?" in text(client.get(address))
    with events_written() as events:
        assert client.post(address)["Location"] == LIST
    (event,) = events
    invitation.refresh_from_db()
    assert event.action == "invitation:withdrawn"
    assert not invitation.is_open
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("name", ["teams:invitation-resend", "teams:invitation-withdraw"])
def test_another_organizations_invitation_is_missing(cast: Cast, name: str) -> None:
    foreign = invite(
        actor=cast.stranger, organization=cast.other_organization, email="x@y.com", role="member"
    )
    address = reverse(name, args=["acme", foreign.uuid])
    assert browser(cast.owner).post(address).status_code == 404
    for user, status in ((cast.member, 403), (cast.stranger, 404)):
        own = reverse(name, args=["acme", invited(cast, f"{status}@example.com").uuid])
        assert browser(user).post(own).status_code == status


def test_a_search_finds_addresses_and_who_invited(cast: Cast) -> None:
    for email in ("zoe@example.com", "abe@example.com"):
        invited(cast, email)
    client = browser(cast.owner)

    def listed(asked: str) -> set[str]:
        return set(texts_of(client.get(LIST, {"q": asked}), "span", **{"class": "entry-name"}))

    assert listed("ZOE") == {"zoe@example.com"}
    assert listed("owner@") == {"zoe@example.com", "abe@example.com"}
    assert listed("nobody") == set()
    assert "Clear Filter" in text(client.get(LIST, {"q": "nobody"}))


def test_its_queries_do_not_grow(cast: Cast) -> None:
    client = browser(cast.owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    invited(cast, "first@example.com")
    count()
    few = count()
    for number in range(20):
        invited(cast, f"p{number}@example.com")
    assert count() == few
