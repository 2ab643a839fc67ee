"""Robots are ticked and changed together, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from robots.models import Robot, RobotLabel
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.watching import sign_in
from tests.factories import PASSWORD

ROWS = "#robot-table tbody th[scope=row]"


@pytest.fixture
def page_of_robots(owner_page: Page) -> Page:
    owner_page.goto("/o/acme/robots/")
    return owner_page


def tick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=name, exact=True).check()


def test_ticked_robots_are_disabled_after_a_preview(page_of_robots: Page, cast: Cast) -> None:
    page = page_of_robots
    expect(page.locator(".selection")).to_be_hidden()
    tick(page, "ci", "deploy")
    steps.button(page, "Disable").click()
    steps.heading(page, "Disable 2 robot accounts?")
    steps.button(page, "Disable 2 Robot Accounts").click()
    steps.heading(page, "2 of 2 robot accounts disabled")
    found = Robot.objects.filter(organization=cast.organization, disabled_at=None)
    assert not found.exists()
    steps.link(page, "Back to Robots").click()
    expect(page.locator(ROWS)).to_have_count(2)


def test_ticked_robots_are_extended_to_the_end_that_was_shown(
    page_of_robots: Page, cast: Cast
) -> None:
    page = page_of_robots
    tick(page, "deploy")
    steps.button(page, "Extend").click()
    page.get_by_label("Expires").select_option("days")
    page.get_by_label("Number of days").fill("7")
    page.get_by_label("Also shorten those that end later or never").check()
    steps.button(page, "Preview").click()
    expect(page.locator(".outcome")).to_contain_text("instead of never")
    page.get_by_role("button", name="Extend 1 Robot Account until ").click()
    steps.heading(page, "1 of 1 robot account extended")
    assert Robot.objects.get(pk=cast.organization_robot.pk).expires_at is not None


def test_ticked_robots_are_deleted_by_password_and_number(page_of_robots: Page, cast: Cast) -> None:
    page = page_of_robots
    tick(page, "ci", "deploy")
    steps.button(page, "Delete").click()
    steps.heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    steps.button(page, "Confirm").click()
    steps.heading(page, "Delete 2 robot accounts?")
    page.get_by_label("Type 2 to confirm").fill("2")
    steps.button(page, "Delete 2 Robot Accounts").click()
    steps.heading(page, "2 of 2 robot accounts deleted")
    assert not Robot.objects.living().filter(organization=cast.organization).exists()


def test_filters_are_applied_and_taken_off(page_of_robots: Page, cast: Cast) -> None:
    RobotLabel.objects.create(
        organization=cast.organization, robot=cast.robot, key="env", value="prod"
    )
    page = page_of_robots
    steps.button(page, "More filters").click()
    page.get_by_label("Label", exact=True).fill("env=prod")
    page.get_by_label("Level").select_option("project")
    steps.button(page, "Apply Filters").click()
    expect(page).to_have_url(re.compile(r"level=project.*label=env%3Dprod"))
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("link", name="Remove filter: Label: env=prod").click()
    expect(page).to_have_url(re.compile(r"\?level=project$"))
    steps.link(page, "Clear filters").click()
    expect(page.locator(ROWS)).to_have_count(2)


def test_the_head_ticks_all_and_counts_them(page: Page, cast: Cast, base_url: str) -> None:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    page.get_by_role("checkbox", name="Tick all on this page").check()
    expect(page.locator(".selection")).to_contain_text("2 ticked")
    tick_off = page.get_by_role("checkbox", name="ci", exact=True)
    tick_off.uncheck()
    expect(page.locator(".selection")).to_contain_text("1 ticked")


def test_the_choices_are_there_when_the_filters_are_open(
    page: Page, cast: Cast, base_url: str
) -> None:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    expect(page.locator("#projects option")).to_have_count(0)
    steps.button(page, "More filters").click()
    expect(page.locator("#projects option[value=payments]")).to_have_count(1)
