"""How often letters of invitation go out: to one address, and from one organization."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.errors import TooMany
from console.models import OutgoingMail
from teams.members.sending import MAX_HOURLY
from teams.members.services import invite, resend_invitation, withdraw_invitation
from teams.models import Invitation
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast

NEW = "/o/acme/users/invitations/new/"
API = "/api/v1/organizations/acme/invitations/"
NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.get_default_timezone())
FIELDS = {"email": "new@example.com", "role": "member"}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


@pytest.fixture
def api(cast: Cast, clock: Any) -> Client:
    return bearer(token_of(cast.owner)[1])


def invited(cast: Cast, email: str = "new@example.com") -> Invitation:
    return invite(actor=cast.owner, organization=cast.organization, email=email, role="member")


def test_the_page_sends_a_letter_again_after_five_minutes(cast: Cast, clock: Any) -> None:
    address = reverse("teams:invitation-resend", args=["acme", invited(cast).uuid])
    client = browser(cast.owner)
    clock.shift(60)
    with events_written() as events:
        answer = client.post(address)
    assert (answer.status_code, answer["Retry-After"], events) == (429, "240", [])
    assert "Too many" in text(answer)
    clock.shift(240)
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 429
    assert OutgoingMail.objects.count() == 2


def test_the_api_says_when_a_letter_may_go_again(cast: Cast, api: Client, clock: Any) -> None:
    address = f"{API}{invited(cast).uuid}/sending/"
    clock.shift(299.5)
    answer = api.post(address, {}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer["Content-Type"] == "application/problem+json"
    clock.shift(1)
    assert api.post(address, {}, content_type="application/json").status_code == 200


def test_withdrawing_and_inviting_again_sends_no_letter_sooner(cast: Cast, clock: Any) -> None:
    withdraw_invitation(actor=cast.owner, invitation=invited(cast))
    client = browser(cast.owner)
    assert client.post(NEW, FIELDS)["Retry-After"] == "300"
    clock.shift(300)
    assert client.post(NEW, FIELDS).status_code == 302


def test_a_pending_invitation_is_named_before_the_wait(cast: Cast, clock: Any) -> None:
    invited(cast)
    assert browser(cast.owner).post(NEW, FIELDS).status_code == 422


def filled(cast: Cast) -> None:
    """As many letters as an organization may send in an hour, half a minute apart, all but one withdrawn."""
    Invitation.objects.bulk_create(
        Invitation(
            organization=cast.organization,
            email=f"{number}@example.com",
            root_number=1,
            created_by="owner@example.com",
            inviter_kind="user",
            inviter_uuid=cast.owner.uuid,
            sent_at=NOW - timedelta(seconds=30 * number),
            withdrawn_at=NOW if number else None,
        )
        for number in range(MAX_HOURLY)
    )


def test_an_organization_sends_so_many_letters_an_hour(cast: Cast, api: Client, clock: Any) -> None:
    filled(cast)
    wait = 3600 - 30 * (MAX_HOURLY - 1)
    answer = api.post(API, FIELDS, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (429, str(wait))
    assert browser(cast.owner).post(NEW, FIELDS)["Retry-After"] == str(wait)
    assert OutgoingMail.objects.count() == 0
    clock.shift(wait)
    assert api.post(API, FIELDS, content_type="application/json").status_code == 201


def test_a_letter_that_goes_again_counts_as_well(cast: Cast, clock: Any) -> None:
    old = invited(cast, "old@example.com")
    Invitation.objects.update(sent_at=NOW - timedelta(days=1))
    filled(cast)
    with pytest.raises(TooMany):
        resend_invitation(actor=cast.owner, invitation=old)


def test_another_organizations_letters_do_not_count(cast: Cast, clock: Any) -> None:
    filled(cast)
    email, other = "0@example.com", cast.other_organization
    invite(actor=cast.stranger, organization=other, email=email, role="member")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_who_may_not_invite_is_told_that_and_not_to_wait(cast: Cast, clock: Any, who: str) -> None:
    invitation = invited(cast)
    address = reverse("teams:invitation-resend", args=["acme", invitation.uuid])
    assert browser(getattr(cast, who)).post(address).status_code in {403, 404}
