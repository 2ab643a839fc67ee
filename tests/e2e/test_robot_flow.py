"""A robot account is edited, extended, stopped and deleted in the browser; its token says what holds."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from console import moments
from robots.models import Robot
from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.logins import Logins
from tests.factories import PASSWORD


def open_settings(page: Page, robot: Robot) -> None:
    secret_steps.open_robot(page, robot)
    page.locator("main .tabs").get_by_role("link", name="Settings").click()
    expect(steps.button(page, "Save Robot Account")).to_be_visible()


def save(page: Page) -> None:
    steps.button(page, "Save Robot Account").click()


def test_what_is_edited_stands_in_the_robots_head(owner_page: Page, cast: Cast) -> None:
    open_settings(owner_page, cast.robot)
    owner_page.get_by_label("Description").fill("Builds what is released")
    owner_page.get_by_label("Responsible person").fill("member@example.com")
    owner_page.get_by_label("Labels optional", exact=True).fill("env=prod\ntier=1")
    save(owner_page)
    secret_steps.open_robot(owner_page, cast.robot)
    main = owner_page.get_by_role("main")
    for text in ("Builds what is released", "env=prod", "tier=1"):
        expect(main.get_by_text(text, exact=True)).to_be_visible()
    expect(main.get_by_role("link", name="Member", exact=True)).to_be_visible()


def test_who_edits_more_slowly_overwrites_nothing(owner_page: Page, cast: Cast) -> None:
    slower = owner_page.context.new_page()
    for page in (slower, owner_page):
        open_settings(page, cast.robot)
    owner_page.get_by_label("Description").fill("The first")
    save(owner_page)
    secret_steps.open_robot(owner_page, cast.robot)
    slower.get_by_label("Description").fill("The second")
    save(slower)
    expect(
        slower.get_by_text("Somebody else changed this robot account meanwhile.")
    ).to_be_visible()
    secret_steps.open_robot(owner_page, cast.robot)
    expect(owner_page.get_by_text("The first", exact=True)).to_be_visible()


def end(robot: Robot) -> None:
    Robot.objects.filter(pk=robot.pk).update(expires_at=timezone.now())


def test_a_robot_that_has_ended_works_again_when_it_is_extended(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    end(cast.robot)
    logins.expect(cast.token.uuid, refused=cast.secret)
    secret_steps.open_robot(owner_page, cast.robot)
    steps.choose_action(owner_page, "Extend")
    expect(owner_page.get_by_role("heading", name="Extend ci")).to_be_visible()
    owner_page.get_by_label("Expires").select_option("30")
    steps.button(owner_page, "Extend Robot Account").click()
    expect(owner_page.get_by_role("heading", name="Extend ci")).to_have_count(0)
    until = Robot.objects.get(pk=cast.robot.pk).expires_at
    assert until is not None
    expect(owner_page.get_by_text(f"Expires: {moments.date(until)}")).to_be_visible()
    logins.expect(cast.token.uuid, works=cast.secret)


def test_a_disabled_robot_is_refused_until_it_is_enabled(
    owner_page: Page, cast: Cast, logins: Logins
) -> None:
    secret_steps.open_robot(owner_page, cast.robot)
    steps.choose_action(owner_page, "Disable")
    steps.said(owner_page, "ci is disabled.")
    notice = owner_page.get_by_text(
        "None of its tokens and trusts is accepted until it is enabled again."
    )
    expect(notice).to_be_visible()
    logins.expect(cast.token.uuid, refused=cast.secret)
    steps.choose_action(owner_page, "Enable")
    steps.said(owner_page, "ci is enabled.")
    expect(notice).to_have_count(0)
    logins.expect(cast.token.uuid, works=cast.secret)


def ask_to_delete(page: Page, robot: Robot) -> None:
    """The page that asks for the name; a session's age does not spare the password."""
    secret_steps.open_robot(page, robot)
    steps.choose_action(page, "Delete")
    steps.heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    steps.button(page, "Confirm").click()
    steps.heading(page, f"Delete robot account {robot.name}?")


def test_a_robot_is_deleted_by_its_name_alone(owner_page: Page, cast: Cast, logins: Logins) -> None:
    ask_to_delete(owner_page, cast.robot)
    owner_page.get_by_label("Type ci to confirm").fill("deploy")
    steps.button(owner_page, "Delete Robot Account").click()
    expect(owner_page.locator(".error-summary")).to_contain_text("This is not the name. Type ci.")
    logins.expect(cast.token.uuid, works=cast.secret)
    owner_page.get_by_label("Type ci to confirm").fill("ci")
    steps.button(owner_page, "Delete Robot Account").click()
    steps.said(owner_page, "Robot account ci deleted.")
    expect(steps.link(owner_page, "ci")).to_have_count(0)
    logins.expect(cast.token.uuid, refused=cast.secret)
    logins.expect(cast.robot.login_name, refused=cast.secret)


@pytest.mark.parametrize("password", ["not the password", ""], ids=["wrong", "none"])
def test_a_robot_is_not_deleted_without_the_password(
    owner_page: Page, cast: Cast, logins: Logins, password: str
) -> None:
    secret_steps.open_robot(owner_page, cast.robot)
    steps.choose_action(owner_page, "Delete")
    owner_page.get_by_label("Password", exact=True).fill(password)
    steps.button(owner_page, "Confirm").click()
    expect(owner_page.locator(".error-summary")).to_be_visible()
    owner_page.goto(f"{cast.robot.get_absolute_url()}deletion/")
    steps.heading(owner_page, "Confirm that it is you")
    logins.expect(cast.token.uuid, works=cast.secret)
