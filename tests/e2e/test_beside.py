"""Help beside the page, and the menu in which one switches between organizations."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.conftest import NewContext
from tests.e2e.inspecting import problems
from tests.e2e.watching import sign_in
from tests.factories import MembershipFactory, OrganizationFactory


@pytest.fixture
def robots(page: Page, cast: Cast, base_url: str) -> Page:
    for number in range(9):
        organization = OrganizationFactory(slug=f"unit-{number}", name=f"Unit {number}")
        MembershipFactory(organization=organization, user=cast.owner)
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    return page


def help_of(page: Page) -> Locator:
    """Open it by keyboard; its heading has the focus."""
    page.locator('a[aria-label="Help"]:visible').focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Help")
    expect(panel.get_by_role("heading", name="Help")).to_be_focused()
    return panel


def test_help_opens_beside_the_page_which_goes_on(robots: Page) -> None:
    panel = help_of(robots)
    expect(robots).to_have_url(re.compile("/o/acme/robots/$"))
    search = robots.get_by_role("searchbox", name="Name, description, token or address")
    search.fill("ci")
    expect(robots.locator("#robot-table")).to_contain_text("robot_acme.payments+ci")
    expect(panel).to_be_visible()
    robots.keyboard.press("Escape")
    expect(panel).not_to_be_visible()


def test_escape_in_help_gives_the_focus_back(robots: Page) -> None:
    panel = help_of(robots)
    robots.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    expect(robots.locator('a[aria-label="Help"]:visible')).to_be_focused()
    panel = help_of(robots)
    panel.get_by_role("button", name="Close Help").click()
    expect(panel).not_to_be_visible()


def test_escape_closes_what_stands_above_it_first(robots: Page) -> None:
    panel = help_of(robots)
    robots.keyboard.press("Control+k")
    expect(robots.get_by_role("dialog", name="Search")).to_be_visible()
    robots.keyboard.press("Escape")
    expect(robots.get_by_role("dialog", name="Search")).not_to_be_visible()
    expect(panel).to_be_visible()


def test_help_leads_to_its_page_in_the_organization(robots: Page) -> None:
    help_of(robots).get_by_role("link", name="What every permission and role means").click()
    expect(robots).to_have_url(re.compile("/o/acme/help/$"))
    steps.heading(robots, "Help")


def test_the_switcher_finds_an_organization_by_keyboard(robots: Page) -> None:
    robots.locator(".switcher:visible").press("Enter")
    field = robots.get_by_role("searchbox", name="Find an organization")
    field.press_sequentially("unit 7")
    menu = robots.get_by_role("navigation", name="Organizations")
    expect(menu.locator("#switcher-list a")).to_have_count(1)
    menu.get_by_role("link", name="Unit 7").press("Enter")
    expect(robots).to_have_url(re.compile("/o/unit-7/$"))
    robots.goto("/")
    expect(robots).to_have_url(re.compile("/o/unit-7/$"))


def test_switcher_and_help_without_scripts(
    robots: Page, new_context: NewContext, cast: Cast, base_url: str
) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(context, cast.owner, base_url)
    page = context.new_page()
    page.goto("/o/acme/robots/")
    page.locator(".switcher:visible").click()
    page.get_by_role("searchbox", name="Find an organization").fill("unit 7")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Unit 7", exact=True).click()
    expect(page).to_have_url(re.compile("/o/unit-7/$"))
    page.locator('a[aria-label="Help"]:visible').click()
    expect(page).to_have_url(re.compile("/o/unit-7/help/$"))


def test_ctrl_k_outside_an_organization(robots: Page) -> None:
    robots.goto("/account/")
    robots.keyboard.press("Control+k")
    field = robots.get_by_role("dialog", name="Search").get_by_role("textbox", name="Search")
    expect(field).to_be_focused()
    field.press_sequentially("unit 7")
    expect(robots.locator("#found")).to_have_attribute("data-for", "unit 7")
    robots.keyboard.press("Enter")
    expect(robots).to_have_url(re.compile("/o/unit-7/$"))


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wrong_with_them(robots: Page, width: int) -> None:
    robots.set_viewport_size({"width": width, "height": 800})
    robots.locator(".switcher:visible").click()
    assert problems(robots, width) == []
    robots.keyboard.press("Escape")
    help_of(robots)
    assert problems(robots, width) == []
