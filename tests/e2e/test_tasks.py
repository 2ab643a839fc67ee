"""What is done every day takes few clicks and fields, counted from the overview.

A robot account with its token is counted in test_first_token.py, access in test_tasks_of_access.py, a
leaver in test_leaving_flow.py.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from robots.models import Token, TokenAddress
from robots.queries.all_tokens import end_of_month
from teams.models import Invitation
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.hands import Hand, hand

__all__ = ["hand"]

ADDRESS = "203.0.113.9"


@pytest.fixture(autouse=True)
def overview(hand: Hand, cast: Cast) -> None:
    hand.page.goto("/o/acme/")


def test_a_secret_is_rotated_in_five(hand: Hand, cast: Cast) -> None:
    hand.follow("Tokens")
    hand.click(hand.page.get_by_role("table").get_by_role("link", name="nightly", exact=True))
    hand.follow("Rotate Secret")
    hand.press("Rotate Secret")
    steps.heading(hand.page, "Save this token now")
    assert hand.uses <= 5


def test_all_that_expires_this_month_is_extended_in_five(
    hand: Hand, cast: Cast, scripts: bool, clock: time_machine.Traveller
) -> None:
    now = timezone.now()
    soon = end_of_month(now) - timedelta(microseconds=1)
    tokens = Token.objects.filter(robot__organization=cast.organization)
    tokens.update(expires_at=soon, sorted_end=soon)
    hand.follow("Tokens")
    hand.follow("Expiring this month")
    if scripts:
        hand.tick(hand.page.get_by_role("checkbox", name="Tick all on this page"))
    else:
        for box in hand.page.get_by_role("table").get_by_role("checkbox").all():
            hand.tick(box)
    hand.click(steps.button(hand.page, "Extend"))
    hand.press("Extend 1 Token until ")
    steps.heading(hand.page, "1 of 1 token extended")
    assert hand.uses <= 5
    assert tokens.filter(expires_at__gt=now + timedelta(days=80)).count() == tokens.count()


def test_which_robot_used_an_address_takes_two(hand: Hand, cast: Cast) -> None:
    now = timezone.now()
    TokenAddress.objects.create(
        token=cast.token, address=ADDRESS, first_seen_at=now, last_seen_at=now, count=1
    )
    page = hand.page
    hand.follow("Robots")
    hand.type(page.get_by_role("searchbox").first, ADDRESS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("link", name="ci", exact=True)).to_be_visible()
    assert hand.uses <= 2


def test_a_project_admin_is_onboarded_in_six(hand: Hand, cast: Cast) -> None:
    """Invited, and admin of the project from the moment of joining."""
    page = hand.page
    hand.follow("Users")
    hand.follow("Invite People")
    hand.type(page.get_by_label("E-mail addresses"), "new@example.com")
    hand.type(page.get_by_label("Project", exact=False).first, "payments")
    hand.uses += 1
    page.get_by_label("Role in the project").select_option("project:admin")
    hand.press("Send Invitations")
    steps.said(page, "The invitation is on its way to new@example.com.")
    assert hand.uses <= 6
    invitation = Invitation.objects.get(email="new@example.com")
    assert [(place.role, place.project) for place in invitation.places.all()] == [
        ("project:admin", cast.project)
    ]
