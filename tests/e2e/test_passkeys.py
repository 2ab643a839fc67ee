"""Signing in by passkey, code and password in a browser with an authenticator of its own."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from teams.sign_in.codes import PERIOD, code_at
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.scenes import give_passwords
from tests.factories import PASSWORD

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    # Nobody touches it until a test says so: else it would answer what the sign-in page offers unasked.
    "automaticPresenceSimulation": False,
}


QUESTION = "**/sign-in/passkey/"
NO_OFFERS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
# How somebody shows that they are there.
SIGNS: dict[str, Callable[[Page], None]] = {
    "pointer": lambda page: page.mouse.move(5, 5),
    "focus": lambda page: page.get_by_label("E-mail address").focus(),
}


class Device:
    """What the browser finds passkeys on."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        self.number: str = added["authenticatorId"]

    def set_verified(self, is_verified: bool) -> None:
        given: dict[str, Any] = {"authenticatorId": self.number, "isUserVerified": is_verified}
        self.session.send("WebAuthn.setUserVerified", given)

    def touch(self, is_touched: bool = True) -> None:
        given: dict[str, Any] = {"authenticatorId": self.number, "enabled": is_touched}
        self.session.send("WebAuthn.setAutomaticPresenceSimulation", given)

    def passkeys(self) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.number})
        keys: list[dict[str, Any]] = found["credentials"]
        return keys


@pytest.fixture
def keys(page: Page, cast: Cast) -> Device:
    give_passwords({"owner": cast.owner})
    return Device(page)


def sign_out(page: Page) -> None:
    page.goto("/sign-out/")
    steps.button(page, "Sign out").last.click()
    steps.heading(page, "Sign in")


def open_security(page: Page) -> None:
    page.goto("/account/")
    steps.link(page, "Sign-in and Security").last.click()
    steps.heading(page, "Sign-in and security")


def add_passkey(page: Page, keys: Device, name: str = "laptop") -> None:
    keys.touch()
    open_security(page)
    steps.link(page, "Add Passkey").click()
    steps.heading(page, "Add passkey")
    page.get_by_label("Name").fill(name)
    steps.button(page, "Add Passkey").click()
    steps.heading(page, "Save your recovery codes")
    keys.touch(False)


def give_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill("owner@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    steps.button(page, "Sign in").last.click()


def test_a_passkey_is_added_and_signs_in_alone(page: Page, keys: Device, tmp_path: Path) -> None:
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    with page.expect_download() as saved:
        page.get_by_role("button", name=re.compile("^Download")).click()
    saved.value.save_as(tmp_path / "codes.txt")
    assert len((tmp_path / "codes.txt").read_text().split()) == 10
    steps.link(page, "I Have Saved Them").click()
    expect(page.get_by_role("strong").filter(has_text="laptop")).to_be_visible()
    assert [key["isResidentCredential"] for key in keys.passkeys()] == [True]
    # A device takes no touch for what it was asked before, and would answer an offer: here there is none.
    page.add_init_script(NO_OFFERS)
    sign_out(page)
    keys.touch()
    steps.button(page, "Sign in with a passkey").click()
    steps.heading(page, "Overview")
    open_security(page)
    expect(page.get_by_text("last used just now")).to_be_visible()


def test_after_the_password_the_passkey_is_asked_for(page: Page, keys: Device) -> None:
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    codes = page.locator("#recovery-codes").inner_text().split()
    sign_out(page)
    give_password(page)
    steps.heading(page, "Second step")
    keys.touch()
    steps.button(page, "Use a Passkey").click()
    steps.heading(page, "Overview")
    keys.touch(False)
    sign_out(page)
    give_password(page)
    page.get_by_label("Code").fill("000000")
    steps.button(page, "Sign in").click()
    expect(page.locator(".error-summary")).to_contain_text("That code is not right")
    page.get_by_label("Code").fill(codes[0])
    steps.button(page, "Sign in").click()
    steps.heading(page, "Overview")


@pytest.mark.parametrize("sign", SIGNS)
def test_the_sign_in_page_offers_passkeys_by_itself(page: Page, keys: Device, sign: str) -> None:
    """As a browser's autofill has them, as soon as somebody is there; this one takes the first."""
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    sign_out(page)
    keys.touch()
    page.reload()
    SIGNS[sign](page)
    steps.heading(page, "Overview")


def test_the_button_works_while_the_offer_is_being_fetched(page: Page, keys: Device) -> None:
    """The session keeps the question that was asked last, so that the two come one after the other."""
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    sign_out(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(QUESTION, hold, times=1)
    with page.expect_request(QUESTION):
        page.mouse.move(5, 5)
    steps.button(page, "Sign in with a passkey").click()
    keys.touch()
    with page.expect_response(QUESTION):
        held[0].continue_()
    steps.heading(page, "Overview")


def test_without_verification_no_passkey_signs_in(page: Page, keys: Device) -> None:
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    sign_out(page)
    keys.set_verified(False)
    keys.touch()
    steps.button(page, "Sign in with a passkey").click()
    steps.said(page, "No passkey was given.")
    steps.heading(page, "Sign in")
    keys.set_verified(True)
    steps.button(page, "Sign in with a passkey").click()
    steps.heading(page, "Overview")


def test_a_passkey_is_a_fresh_sign_in_and_is_renamed_and_removed(
    page: Page, keys: Device, cast: Cast
) -> None:
    steps.sign_in_by_form(page, "owner@example.com")
    add_passkey(page, keys)
    page.goto("/account/sign-in-again/passkey/?next=/account/tokens/")
    steps.heading(page, "Confirm that it is you")
    keys.touch()
    steps.button(page, "Use a Passkey").click()
    steps.heading(page, "API tokens")
    keys.touch(False)
    open_security(page)
    steps.link(page, "Rename laptop").click()
    page.get_by_label("Name").fill("desk")
    steps.button(page, "Rename Passkey").click()
    steps.said(page, "Passkey renamed.")
    steps.link(page, "Remove desk").click()
    steps.heading(page, "Remove passkey desk?")
    steps.button(page, "Remove Passkey").click()
    steps.said(page, "Passkey desk removed.")
    sign_out(page)
    give_password(page)
    steps.heading(page, "Overview")


def test_an_authenticator_app_is_set_up_from_its_picture_and_signs_in(
    page: Page, keys: Device
) -> None:
    steps.sign_in_by_form(page, "owner@example.com")
    open_security(page)
    steps.link(page, "Set Up App").click()
    picture = page.get_by_role("img", name="The key as a picture")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    seed = page.locator("figcaption code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_at(seed, int(time.time()) // PERIOD - 1))
    steps.button(page, "Set Up App").click()
    steps.heading(page, "Save your recovery codes")
    sign_out(page)
    give_password(page)
    steps.heading(page, "Second step")
    page.get_by_label("Code").fill(code_at(seed, int(time.time()) // PERIOD))
    steps.button(page, "Sign in").click()
    steps.heading(page, "Overview")


def test_tab_meets_e_mail_password_and_button_before_the_forgotten_password(
    page: Page, cast: Cast
) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").focus()
    for stop in (
        page.get_by_label("Password", exact=True),
        page.get_by_label("Stay signed in"),
        steps.button(page, "Sign in").last,
        steps.link(page, "Forgot your password?"),
    ):
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()


def test_sessions_are_listed_and_ended(page: Page, cast: Cast, new_context: Any) -> None:
    give_passwords({"owner": cast.owner})
    other = new_context().new_page()
    for each in (page, other):
        steps.sign_in_by_form(each, "owner@example.com")
    page.goto("/account/sessions/")
    rows = page.get_by_role("row").filter(has_text="Chrome on Linux")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("This browser")
    page.get_by_role("button", name=re.compile("^Sign Out Chrome")).click()
    steps.said(page, "That browser is signed out.")
    other.reload()
    steps.heading(other, "Sign in")
    steps.button(page, "Sign Out Everywhere").click()
    steps.said(page, "You are signed out everywhere.")
    steps.heading(page, "Sign in")
