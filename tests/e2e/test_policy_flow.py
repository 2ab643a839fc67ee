"""The token policy changes in the browser: what it would block is shown, confirmed, and refused."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from robots.tokens.services.minting import Minted
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.logins import Logins

REASON = "Tokens may live for 90 days at most."


@pytest.fixture
def monthly(cast: Cast) -> Minted:
    """A token that keeps to the policy of these tests."""
    end = timezone.now() + timedelta(days=30)
    return create_token(
        actor=cast.owner, robot=cast.robot, name="monthly", kind="compact", expires_at=end
    )


def open_policy(page: Page) -> None:
    page.goto("/o/acme/settings/")
    page.locator("main .tabs").get_by_role("link", name="Token policy").click()
    expect(steps.button(page, "Preview Policy")).to_be_visible()


def preview_ninety_days(page: Page) -> None:
    open_policy(page)
    page.get_by_label("Default lifetime").fill("30")
    page.get_by_label("Longest lifetime").fill("90")
    page.get_by_label("Tokens may never expire").uncheck()
    steps.button(page, "Preview Policy").click()


def preview_no_limit(page: Page) -> None:
    open_policy(page)
    page.get_by_label("Longest lifetime").fill("")
    page.get_by_label("Tokens may never expire").check()
    steps.button(page, "Preview Policy").click()


def confirm(page: Page, outcome: str) -> None:
    steps.button(page, "Change Token Policy").click()
    steps.said(page, f"Token policy saved. {outcome}")


def rows(page: Page, title: str) -> Locator:
    """The tokens that the preview names under `title`."""
    return page.get_by_role("table", name=title, exact=True).locator("tbody tr")


def test_a_preview_names_exactly_the_tokens_it_would_block_and_changes_nothing(
    owner_page: Page, cast: Cast, logins: Logins, monthly: Minted
) -> None:
    preview_ninety_days(owner_page)
    expect(owner_page.get_by_role("heading", name="Blocked: 1 token")).to_be_visible()
    blocked = rows(owner_page, "Blocked")
    expect(blocked).to_have_count(1)
    expect(blocked).to_contain_text("nightly")
    expect(blocked).to_contain_text(REASON)
    rule = owner_page.get_by_role("row", name=re.compile("^Longest lifetime"))
    expect(rule).to_contain_text("no limit")
    expect(rule).to_contain_text("90 days")
    logins.expect(cast.token.uuid, works=cast.secret)


def test_a_blocked_token_is_refused_and_says_why(
    owner_page: Page, cast: Cast, logins: Logins, monthly: Minted
) -> None:
    preview_ninety_days(owner_page)
    confirm(owner_page, "Blocked now: 1. Working again: 0.")
    logins.expect(cast.token.uuid, refused=cast.secret)
    logins.expect(monthly.token.uuid, works=monthly.plaintext.reveal())
    secret_steps.open_token(owner_page, cast.token)
    expect(owner_page.get_by_text(REASON)).to_be_visible()
    expect(owner_page.locator("main .state", has_text="Blocked")).to_be_visible()


def test_a_wider_policy_brings_a_blocked_token_back(
    owner_page: Page, cast: Cast, logins: Logins, monthly: Minted
) -> None:
    preview_ninety_days(owner_page)
    confirm(owner_page, "Blocked now: 1. Working again: 0.")
    preview_no_limit(owner_page)
    expect(rows(owner_page, "Blocked")).to_have_count(0)
    expect(rows(owner_page, "Working again")).to_have_count(1)
    expect(rows(owner_page, "Working again")).to_contain_text("nightly")
    confirm(owner_page, "Blocked now: 0. Working again: 1.")
    logins.expect(cast.token.uuid, works=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    expect(owner_page.get_by_text(REASON)).to_have_count(0)


def test_an_end_that_the_policy_allows_brings_a_blocked_token_back(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    preview_ninety_days(owner_page)
    confirm(owner_page, "Blocked now: 1. Working again: 0.")
    secret_steps.open_token(owner_page, cast.token)
    steps.link(owner_page, "Change Expiry").click()
    choice = owner_page.get_by_label("Expires")
    expect(choice.locator("option", has_text="Never expires")).to_have_count(0)
    choice.select_option("90")
    steps.button(owner_page, "Save Expiry").click()
    secret_steps.open_token(owner_page, cast.token)
    expect(owner_page.get_by_text("Its logins are refused")).to_have_count(0)
    logins.expect(cast.token.uuid, works=cast.secret)


def test_tokens_that_came_meanwhile_are_shown_before_anything_changes(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    preview_ninety_days(owner_page)
    late = create_token(actor=cast.owner, robot=cast.robot, name="late", kind="compact")
    steps.button(owner_page, "Change Token Policy").click()
    expect(owner_page.get_by_text("Look again")).to_be_visible()
    expect(rows(owner_page, "Blocked")).to_have_count(2)
    logins.expect(late.token.uuid, works=late.plaintext.reveal())
    confirm(owner_page, "Blocked now: 2. Working again: 0.")
    logins.expect(late.token.uuid, refused=late.plaintext.reveal())


def test_a_policy_that_contradicts_itself_keeps_what_was_typed(owner_page: Page) -> None:
    open_policy(owner_page)
    owner_page.get_by_label("Longest lifetime").fill("90")
    steps.button(owner_page, "Preview Policy").click()
    summary = owner_page.locator(".error-summary")
    expect(summary).to_contain_text("With a longest lifetime, tokens have to end.")
    expect(owner_page.get_by_label("Longest lifetime")).to_have_value("90")
