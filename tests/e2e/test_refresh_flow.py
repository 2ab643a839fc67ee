"""A secret is replaced in the browser, by a new one or by one's own; the one before it is refused."""

import pytest
from playwright.sync_api import Page, expect

from robots.models import Token
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.logins import Logins

OWN = "Own-Secret-4-tests"  # a throw-away one, for tests alone
MET = ".rules [data-met]"


def test_a_robots_one_token_is_meant(owner_page: Page, cast: Cast, logins: Logins) -> None:
    secret_steps.open_robot(owner_page, cast.robot)
    steps.choose_action(owner_page, "Refresh Secret")
    steps.heading(owner_page, "Refresh secret of nightly")
    expect(owner_page.get_by_text("What logs in with it stops")).to_be_visible()
    steps.button(owner_page, "Refresh Secret").click()
    new = steps.read_reveal(owner_page)
    assert new.access_id == str(cast.token.uuid)
    logins.expect(new.access_id, works=new.secret, refused=cast.secret)
    logins.expect(new.login_name, works=new.secret)


def test_of_several_tokens_it_asks_which(owner_page: Page, cast: Cast, logins: Logins) -> None:
    weekly = create_token(actor=cast.owner, robot=cast.robot, name="weekly", kind="compact")
    secret_steps.open_robot(owner_page, cast.robot)
    steps.choose_action(owner_page, "Refresh Secret")
    steps.heading(owner_page, "Refresh the secret of which token?")
    steps.link(owner_page, "Refresh Secret of weekly").click()
    steps.heading(owner_page, "Refresh secret of weekly")
    steps.button(owner_page, "Refresh Secret").click()
    new = steps.read_reveal(owner_page)
    logins.expect(weekly.token.uuid, works=new.secret, refused=weekly.plaintext.reveal())
    logins.expect(cast.token.uuid, works=cast.secret)


def test_without_a_token_it_makes_the_first(owner_page: Page, cast: Cast, logins: Logins) -> None:
    secret_steps.open_robot(owner_page, cast.organization_robot)
    steps.choose_action(owner_page, "Refresh Secret")
    expect(owner_page.get_by_text("this makes one that is named default")).to_be_visible()
    steps.button(owner_page, "Refresh Secret").click()
    new = steps.read_reveal(owner_page)
    assert Token.objects.get(uuid=new.access_id).name == "default"
    logins.expect(new.access_id, works=new.secret)


def open_refresh(page: Page, cast: Cast) -> None:
    secret_steps.choose_for(page, cast.token, "Refresh Secret")
    steps.heading(page, "Refresh secret of nightly")


def test_an_own_secret_works_by_login_name_and_is_not_kept_in_the_page(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    open_refresh(owner_page, cast)
    secret_steps.type_own(owner_page, OWN, OWN)
    steps.button(owner_page, "Refresh Secret").click()
    steps.read_reveal(owner_page)
    logins.expect(cast.robot.login_name, works=OWN, refused=OWN.swapcase())
    logins.expect(cast.token.uuid, works=OWN, refused=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    expect(owner_page.get_by_text("owner@example.com chose this secret")).to_be_visible()
    assert OWN not in owner_page.content()


def test_two_entries_that_differ_change_nothing_and_are_asked_for_again(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    open_refresh(owner_page, cast)
    secret_steps.type_own(owner_page, OWN, OWN.lower())
    steps.button(owner_page, "Refresh Secret").click()
    summary = owner_page.locator(".error-summary")
    expect(summary).to_contain_text("The two are not the same.")
    expect(owner_page.get_by_label("Specify the new secret manually")).to_be_checked()
    for name in ("New secret optional", "New secret, again optional"):
        expect(owner_page.get_by_label(name, exact=True)).to_have_value("")
    logins.expect(cast.token.uuid, works=cast.secret)
    logins.expect(cast.robot.login_name, refused=OWN)


def test_what_an_own_secret_lacks_is_named(owner_page: Page, cast: Cast, logins: Logins) -> None:
    open_refresh(owner_page, cast)
    secret_steps.type_own(owner_page, "only-lower-case", "only-lower-case")
    steps.button(owner_page, "Refresh Secret").click()
    summary = owner_page.locator(".error-summary")
    expect(summary).to_contain_text("an upper-case letter")
    expect(summary).to_contain_text("a digit")
    expect(summary).not_to_contain_text("a lower-case letter")
    logins.expect(cast.token.uuid, works=cast.secret)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_what_an_own_secret_has_is_marked_as_one_types(owner_page: Page, cast: Cast) -> None:
    open_refresh(owner_page, cast)
    owner_page.get_by_label("Specify the new secret manually").check()
    field, met = owner_page.get_by_label("New secret optional", exact=True), owner_page.locator(MET)
    expect(met).to_have_count(0)
    field.press_sequentially("own")
    expect(met).to_have_text(["printable ASCII characters, no white space", "a lower-case letter"])
    field.press_sequentially("-Secret-4")
    expect(met).to_have_count(5)
    field.press_sequentially(" ")
    expect(met).to_have_count(4)
