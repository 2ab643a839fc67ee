"""From the Robots page to a robot account and its first token, and what proposes itself on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from robots.models import Robot, Token
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.watching import sign_in


@pytest.fixture
def robots(owner_page: Page) -> Page:
    owner_page.goto("/o/acme/robots/")
    return owner_page


@pytest.fixture
def scripted(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    return page


def test_three_steps_lead_to_the_secret(robots: Page, scripts: bool) -> None:
    steps.link(robots, "Create Robot Account").click()
    robots.get_by_label("Name", exact=True).fill("builder")
    steps.button(robots, "Create Robot Account and Token").click()
    steps.heading(robots, "Save this token now")
    if scripts:
        token = Token.objects.get(robot__name="builder")
        expect(robots).to_have_url(re.compile(f"{token.get_absolute_url()}$"))
    assert steps.read_reveal(robots).login_name == "robot_acme+builder"


def test_with_a_project_and_an_end_it_takes_six(robots: Page, cast: Cast) -> None:
    steps.link(robots, "Create Robot Account").click()
    robots.get_by_label("Name", exact=True).fill("builder")
    robots.get_by_role("radio", name="Project Belongs").check()
    robots.get_by_role("radio", name="Payments", exact=True).check()
    robots.get_by_label("Expires", exact=True).select_option("90")
    steps.button(robots, "Create Robot Account and Token").click()
    steps.heading(robots, "Save this token now")
    robot = Robot.objects.get(name="builder")
    assert robot.project == cast.project
    assert robot.expires_at


def test_a_level_takes_the_ticks_away_and_the_tokens_part_has_its_own_days(scripted: Page) -> None:
    robots = scripted
    robots.goto("/o/acme/robots/new/")
    robots.get_by_role("radio", name="Project Belongs").check()
    ticks = robots.locator("#id_permissions")
    expect(ticks).to_be_visible()
    robots.get_by_label("What it may do there").select_option("read")
    expect(ticks).to_be_hidden()
    robots.get_by_text("First token: name, expiry, kind").click()
    days = robots.locator("[name='token-expiry_days']")
    expect(days).to_be_hidden()
    robots.get_by_label("The token ends", exact=True).select_option("days")
    days.fill("7")
    expect(robots.locator("[data-expiry='token-expiry_days']")).to_contain_text("Until")


@pytest.mark.parametrize("address", ["/o/acme/projects/new/", "/organizations/new/"])
def test_a_display_name_proposes_the_name_in_addresses(scripted: Page, address: str) -> None:
    scripted.goto(address)
    field = scripted.get_by_label("Display name")
    slug = scripted.get_by_label("Name in addresses")
    field.press_sequentially("Größe & Söhne 2 ")
    expect(slug).to_have_value("gro-e-sohne-2")
    slug.fill("own")
    field.fill("Something else")
    expect(slug).to_have_value("own")
