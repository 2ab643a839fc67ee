"""An organization that requires more than a password: a member is led to set it up, and comes in."""

import re

import pytest
from playwright.sync_api import Page, expect

from console.models.sign_in_rules import today
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.scenes import give_passwords
from tests.e2e.test_passkeys import Device, add_passkey
from tests.factories import PASSWORD
from tests.teams.sign_in.factors import code, with_app
from tests.teams.sign_in_rules.rules import require


@pytest.fixture
def required(page: Page, cast: Cast) -> Cast:
    """Acme requires a second factor, and the member has none."""
    give_passwords({"member": cast.member, "owner": cast.owner})
    with_app(cast.owner)
    require(cast)
    return cast


def sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("E-mail address").fill("member@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    steps.button(page, "Sign in").last.click()


def test_a_member_sets_up_an_app_and_is_in(page: Page, required: Cast) -> None:
    sign_in(page, "/o/acme/robots/")
    expect(page.get_by_role("heading", name="Set up a second factor first")).to_be_visible()
    page.get_by_role("link", name="Set Up App").click()
    seed = re.sub(r"\s", "", page.locator(".app-picture code").inner_text())
    page.get_by_label("Code").fill(code(seed))
    steps.button(page, "Set Up App").click()
    steps.heading(page, "Save your recovery codes")
    page.goto("/o/acme/robots/")
    steps.heading(page, "Robots")


def test_a_passkey_is_added_used_once_and_opens_the_page_that_was_asked_for(
    page: Page, cast: Cast
) -> None:
    give_passwords({"owner": cast.owner})
    keys = Device(page)
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    page.goto("/o/acme/settings/sign-in/")
    page.get_by_label("Required of people").select_option("passkey")
    page.locator("[name=factor_from]").fill(today().isoformat())
    steps.button(page, "Preview Sign-in Rules").click()
    expect(page.get_by_text("Not ready now: 1 person")).to_be_visible()
    steps.button(page, "Change Sign-in Rules").click()
    expect(page.get_by_role("heading", name="Sign in with your passkey")).to_be_visible()
    page.goto("/o/acme/robots/?q=a")
    page.get_by_role("link", name="Use Passkey").click()
    keys.touch()
    steps.button(page, "Use a Passkey").click()
    expect(page).to_have_url(re.compile(r"/o/acme/robots/\?q=a$"))
    steps.heading(page, "Robots")
