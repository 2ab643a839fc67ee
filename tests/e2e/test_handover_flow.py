"""A secret is handed over: who manages the token gets a link, and whoever opens it the secret."""

import re

import pytest
from playwright.sync_api import Page, expect

from robots.models import Handover, Token
from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.conftest import NewContext
from tests.e2e.logins import Logins


@pytest.fixture
def guest(new_context: NewContext, scripts: bool) -> Page:
    """A page of somebody else's browser, in which nobody is signed in."""
    return new_context(java_script_enabled=scripts).new_page()


def open_token_form(page: Page, cast: Cast, name: str) -> None:
    secret_steps.open_robot(page, cast.robot)
    steps.link(page, "Create Token").click()
    page.get_by_label("Name", exact=True).fill(name)


def test_who_opens_the_link_gets_the_secret_and_who_made_it_does_not(
    owner_page: Page, guest: Page, cast: Cast, logins: Logins
) -> None:
    open_token_form(owner_page, cast, "release")
    path = secret_steps.hand_over(owner_page, "Create Token", "1 hour")
    token = Token.objects.get(name="release")
    assert not token.secrets.exists()
    secret_steps.open_token(owner_page, token)
    expect(owner_page.get_by_text("Waiting to be picked up").first).to_be_visible()
    given = secret_steps.receive(guest, path)
    assert given.access_id == str(token.uuid)
    logins.expect(given.access_id, works=given.secret)
    owner_page.reload()
    opened = "to whoever opened the link of owner@example.com from 127.0.0.1"
    expect(owner_page.get_by_text(opened)).to_be_visible()
    assert given.secret not in owner_page.content()


def test_the_receiver_downloads_what_the_link_gave(
    owner_page: Page, guest: Page, cast: Cast
) -> None:
    open_token_form(owner_page, cast, "release")
    given = secret_steps.receive(guest, secret_steps.hand_over(owner_page, "Create Token"))
    text = steps.download(guest, "", "payments.ci-release.json")
    assert text == f'{{"accessId":"{given.access_id}","token":"{given.secret}"}}'


def test_a_token_directly_for_a_role_is_handed_over(
    owner_page: Page, guest: Page, cast: Cast, logins: Logins
) -> None:
    owner_page.goto("/o/acme/roles/built-in/project/developer/tokens/")
    steps.link(owner_page, "Create Token").click()
    owner_page.get_by_role("radio", name="Payments", exact=True).check()
    owner_page.get_by_label("Name", exact=True).fill("sync")
    given = secret_steps.receive(guest, secret_steps.hand_over(owner_page, "Create Token"))
    assert given.login_name == "robot_acme.payments+role.developer"
    logins.expect(given.access_id, works=given.secret)


def test_a_second_opening_says_when_the_first_one_was(
    owner_page: Page, guest: Page, cast: Cast, logins: Logins
) -> None:
    open_token_form(owner_page, cast, "release")
    path = secret_steps.hand_over(owner_page, "Create Token")
    given = secret_steps.receive(guest, path)
    guest.goto(path)
    steps.heading(guest, "This link was opened before")
    when = Handover.objects.get().opened_at
    assert when is not None
    expect(guest.get_by_text(f"on {when:%-d %b %Y, %H:%M} UTC from 127.0.0.1")).to_be_visible()
    expect(guest.get_by_role("button", name="Show the Secret")).to_have_count(0)
    assert given.secret not in guest.content()
    logins.expect(given.access_id, works=given.secret)


def test_the_key_of_the_link_is_in_no_address_that_stays(
    owner_page: Page, guest: Page, cast: Cast
) -> None:
    open_token_form(owner_page, cast, "release")
    path = secret_steps.hand_over(owner_page, "Create Token")
    guest.goto(path)
    steps.heading(guest, "A secret for you")
    key = path.rstrip("/").rsplit("/", 1)[-1]
    assert key not in guest.url
    expect(guest).to_have_url(re.compile(f"/handover/{Handover.objects.get().uuid}/$"))


def test_a_link_that_is_withdrawn_gives_nothing(owner_page: Page, guest: Page, cast: Cast) -> None:
    open_token_form(owner_page, cast, "release")
    path = secret_steps.hand_over(owner_page, "Create Token")
    token = Token.objects.get(name="release")
    secret_steps.open_token(owner_page, token)
    steps.button(owner_page, "Withdraw Link").click()
    steps.said(owner_page, "The link is withdrawn.")
    expect(owner_page.get_by_text("It has no secret")).to_be_visible()
    guest.goto(path)
    steps.heading(guest, "This link does not work")
    assert not token.secrets.exists()


def test_a_link_that_is_withdrawn_while_its_page_is_open_gives_nothing(
    owner_page: Page, guest: Page, cast: Cast
) -> None:
    open_token_form(owner_page, cast, "release")
    guest.goto(secret_steps.hand_over(owner_page, "Create Token"))
    steps.heading(guest, "A secret for you")
    token = Token.objects.get(name="release")
    secret_steps.open_token(owner_page, token)
    steps.button(owner_page, "Withdraw Link").click()
    steps.said(owner_page, "The link is withdrawn.")
    steps.button(guest, "Show the Secret").click()
    steps.heading(guest, "This link does not work")
    assert not token.secrets.exists()


def test_a_rotation_that_is_handed_over_waits_for_the_opening(
    owner_page: Page, guest: Page, cast: Cast, logins: Logins
) -> None:
    secret_steps.choose_for(owner_page, cast.token, "Rotate Secret")
    owner_page.get_by_label("The old secret ends").select_option(label="Now")
    path = secret_steps.hand_over(owner_page, "Rotate Secret")
    logins.expect(cast.token.uuid, works=cast.secret)
    given = secret_steps.receive(guest, path)
    logins.expect(cast.token.uuid, works=given.secret, refused=cast.secret)


def test_a_refresh_that_is_handed_over_ends_the_old_secret_at_the_opening(
    owner_page: Page, guest: Page, cast: Cast, logins: Logins
) -> None:
    secret_steps.choose_for(owner_page, cast.token, "Refresh Secret")
    path = secret_steps.hand_over(owner_page, "Refresh Secret")
    logins.expect(cast.token.uuid, works=cast.secret)
    given = secret_steps.receive(guest, path)
    logins.expect(cast.token.uuid, works=given.secret, refused=cast.secret)
