"""A secret is rotated in the browser; both, the new or the old one log in, as the page says."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.logins import Logins

AT_FIRST_USE, BY_HAND = "At the first use of the new one", "When somebody ends it by hand"


def test_both_secrets_work_for_a_day_and_each_shows_its_last_use(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    new = secret_steps.rotate(owner_page, cast.token)
    logins.expect(cast.token.uuid, works=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    old_row = secret_steps.secret_row(owner_page, "Old")
    expect(old_row).to_contain_text("in 1 day")
    expect(old_row).to_contain_text("from 127.0.0.1")
    new_row = secret_steps.secret_row(owner_page, "New")
    expect(new_row).to_contain_text("with the token")
    expect(new_row).to_contain_text("never used")
    logins.expect(cast.token.uuid, works=new.secret)
    owner_page.reload()
    expect(new_row).to_contain_text("from 127.0.0.1")


def test_the_old_secret_ends_at_once_where_that_was_chosen(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    new = secret_steps.rotate(owner_page, cast.token, "Now")
    logins.expect(cast.token.uuid, works=new.secret, refused=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    expect(secret_steps.secret_row(owner_page, "Current")).to_be_visible()
    expect(secret_steps.secret_row(owner_page, "Old")).to_have_count(0)
    tried = owner_page.get_by_text("An ended secret was tried")
    expect(tried).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "ends"), [("After 1 hour", "in 1 hour"), ("After 7 days", "in 7 days")]
)
def test_the_old_secret_shows_the_end_that_was_chosen(
    owner_page: Page, cast: Cast, logins: Logins, choice: str, ends: str
) -> None:
    new = secret_steps.rotate(owner_page, cast.token, choice)
    logins.expect(cast.token.uuid, works=new.secret)
    logins.expect(cast.token.uuid, works=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    expect(secret_steps.secret_row(owner_page, "Old")).to_contain_text(ends)


def test_the_first_use_of_the_new_secret_ends_the_old_one(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    new = secret_steps.rotate(owner_page, cast.token, AT_FIRST_USE)
    logins.expect(cast.token.uuid, works=cast.secret)
    secret_steps.open_token(owner_page, cast.token)
    old_row = secret_steps.secret_row(owner_page, "Old")
    expect(old_row).to_contain_text("at the first use of the new one")
    logins.expect(cast.token.uuid, works=new.secret)
    logins.expect(cast.token.uuid, refused=cast.secret)
    owner_page.reload()
    expect(old_row).to_have_count(0)
    expect(secret_steps.secret_row(owner_page, "Current")).to_be_visible()


def test_the_old_secret_works_until_somebody_ends_it(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    new = secret_steps.rotate(owner_page, cast.token, BY_HAND)
    secret_steps.open_token(owner_page, cast.token)
    expect(secret_steps.secret_row(owner_page, "Old")).to_contain_text("when somebody ends it")
    logins.expect(cast.token.uuid, works=cast.secret)
    steps.button(owner_page, "End Now (the old secret)").click()
    steps.said(owner_page, "That secret of nightly has ended. The other one still works.")
    expect(secret_steps.secret_row(owner_page, "Old")).to_have_count(0)
    logins.expect(cast.token.uuid, works=new.secret, refused=cast.secret)


def test_of_two_secrets_the_older_ends_with_another_rotation_if_one_says_so(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    second = secret_steps.rotate(owner_page, cast.token)
    secret_steps.choose_for(owner_page, cast.token, "Rotate Secret")
    expect(owner_page.get_by_text("Two secrets work now")).to_be_visible()
    steps.button(owner_page, "Rotate Secret").click()
    expect(owner_page.get_by_text("Let the older one end.").last).to_be_visible()
    logins.expect(cast.token.uuid, works=cast.secret)
    owner_page.get_by_label("End the older secret now").check()
    steps.button(owner_page, "Rotate Secret").click()
    third = steps.read_reveal(owner_page)
    logins.expect(cast.token.uuid, works=second.secret, refused=cast.secret)
    logins.expect(cast.token.uuid, works=third.secret)


def test_a_reload_after_a_rotation_shows_that_the_secret_was_shown_once(
    owner_page: Page, cast: Cast, logins: Logins, scripts: bool
) -> None:
    new = secret_steps.rotate(owner_page, cast.token)
    if scripts:
        steps.button(owner_page, "Copy Token").click()
    owner_page.reload()
    expect(owner_page.get_by_text(secret_steps.SHOWN_ONCE)).to_be_visible()
    expect(owner_page).to_have_url(re.compile(f"{cast.token.get_absolute_url()}$"))
    assert new.secret not in owner_page.content()
    assert cast.token.secrets.count() == 2
    logins.expect(cast.token.uuid, works=new.secret)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_back_after_a_rotation_shows_no_secret(owner_page: Page, cast: Cast) -> None:
    new = secret_steps.rotate(owner_page, cast.token)
    steps.button(owner_page, "Copy Token").click()
    steps.link(owner_page, "Overview").click()
    steps.heading(owner_page, "Overview")
    owner_page.go_back()
    expect(owner_page.get_by_text(secret_steps.SHOWN_ONCE)).to_be_visible()
    assert new.secret not in owner_page.content()
    owner_page.go_back()
    expect(owner_page.get_by_text("Two secrets work now")).to_be_visible()
    assert new.secret not in owner_page.content()
