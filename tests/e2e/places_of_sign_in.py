"""The pages of what one signs in with; the member has an app and a passkey, the owner nothing."""

import time
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from teams.models import User
from teams.sign_in.codes import PERIOD, code_at, new_seed
from teams.sign_in.queries import factors_of
from teams.sign_in.services.factors import add_app, add_passkey
from tests.authenticators import Passkey
from tests.e2e.scenes import NOBODY, Place, Scene, press
from tests.e2e.secret_scenes import give_password
from tests.factories import PASSWORD

MEMBER = "member@example.com"
QUESTION = {
    "publicKey": {"user": {"id": "MQ"}, "rp": {"id": "localhost"}, "challenge": "AAAA"},
}


def _prepared(scene: Scene) -> User:
    member = scene.people["member"]
    if not factors_of(member).is_ready:
        seed = new_seed()
        add_app(actor=member, seed=seed, code=code_at(seed, int(time.time()) // PERIOD), keep=None)
        credential = Passkey("http://localhost").made(QUESTION)
        add_passkey(actor=member, name="Chrome on Linux", credential=credential, keep=None)
    return member


def of_member(route: str, *, passkey: bool = False) -> Callable[[Scene], str]:
    """The address of a page, once the member has something to sign in with."""

    def find(scene: Scene) -> str:
        member = _prepared(scene)
        return reverse(route, args=[factors_of(member).passkeys[0].pk] if passkey else [])

    return find


def second_step(scene: Scene) -> str:
    """The page to sign in, where the member is known by the address that `enter_password` types."""
    member = _prepared(scene)
    member.email = MEMBER
    member.save(update_fields=["email"])
    return reverse("mfa_authenticate")


def enter_password(page: Page) -> None:
    """As far as the second step."""
    page.get_by_label("E-mail address").fill(MEMBER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    expect(page.get_by_label("Code")).to_be_visible()


def send_bad_code(page: Page) -> None:
    press("Confirm")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def make_codes(page: Page) -> None:
    give_password(page)
    press("Make New Codes")(page)
    expect(page.locator("#recovery-codes")).to_be_visible()


def place(name: str, route: str, **more: object) -> Place:
    """A page of the member's."""
    passkey = bool(more.pop("passkey", False))
    return Place(name, route, find=of_member(route, passkey=passkey), **({"who": "member"} | more))  # type: ignore[arg-type] # as Place takes it


SIGN_IN_PLACES = (
    Place("sessions", "teams:session-list"),
    Place("security", "teams:security"),
    Place("app-add", "teams:app-add", act=give_password),
    Place("passkey-add", "teams:passkey-add", act=give_password),
    place("security-full", "teams:security"),
    place("app-remove", "teams:app-remove", act=give_password),
    place("passkey-rename", "teams:passkey-rename", act=give_password, passkey=True),
    place("passkey-remove", "teams:passkey-remove", act=give_password, passkey=True),
    place("recovery-codes", "teams:recovery-codes", act=give_password),
    place("recovery-codes-shown", "teams:recovery-codes", act=make_codes),
    place("sign-in-again-code", "mfa_reauthenticate", act=send_bad_code),
    place("sign-in-again-passkey", "mfa_reauthenticate_webauthn"),
    Place("second-step", "mfa_authenticate", find=second_step, act=enter_password, who=NOBODY),
)
