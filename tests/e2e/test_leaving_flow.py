"""Somebody leaves: from the list of people to links for new secrets of all that they saw, in six clicks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from robots.models import Handover
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.e2e import steps

MOST_CLICKS = 6


@pytest.fixture
def clicks() -> list[str]:
    return []


@pytest.fixture
def click(clicks: list[str]) -> Callable[[Locator], None]:
    def counted(what: Locator) -> None:
        clicks.append(str(what))
        what.click()

    return counted


def test_all_secrets_that_somebody_saw_are_rotated_in_six_clicks(
    owner_page: Page, cast: Cast, clicks: list[str], click: Callable[[Locator], None]
) -> None:
    cast.member.memberships.update(role="owner")
    for name in ("first", "second"):
        create_token(actor=cast.member, robot=cast.robot, name=name, kind="compact")
    owner_page.goto("/o/acme/users/")
    row = owner_page.get_by_role("row", name="member@example.com")
    click(row.get_by_role("button", name="Actions for"))
    click(row.get_by_role("link", name="Remove from Organization"))
    click(steps.button(owner_page, "Remove Member"))
    steps.heading(owner_page, "What Member leaves behind")
    click(steps.button(owner_page, "Rotate All 2"))
    click(steps.button(owner_page, "Preview"))
    click(steps.button(owner_page, "Rotate 2 Tokens"))
    expect(owner_page.get_by_text("/handover/").first).to_be_visible()
    assert (Handover.objects.count(), len(clicks)) == (2, MOST_CLICKS)
