"""Everything by keyboard: the way in, the forms, and where the focus goes."""

import pytest
from playwright.sync_api import Locator, Page, expect

from robots.models import Robot
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.watching import sign_in

MOST_STOPS = 80


@pytest.fixture
def robots(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    return page


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached by Tab")


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_role("textbox", name=label))
    page.keyboard.type(text)


def test_the_skip_link_leads_to_the_content(robots: Page) -> None:
    robots.keyboard.press("Tab")
    skip = steps.link(robots, "Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    robots.keyboard.press("Enter")
    expect(robots.locator("main")).to_be_focused()
    tab_to(robots, steps.link(robots, "Acme"))


def test_a_robot_is_created_by_keyboard_alone(robots: Page) -> None:
    tab_to(robots, steps.link(robots, "Create Robot Account"))
    robots.keyboard.press("Enter")
    steps.heading(robots, "Create robot account")
    type_into(robots, "Name", "typed")
    type_into(robots, "Description", "By hand")
    tab_to(robots, robots.get_by_role("radio", name="Organization"))
    robots.keyboard.press("ArrowLeft")
    tab_to(robots, robots.get_by_role("searchbox", name="Search projects"))
    robots.keyboard.type("Pay")
    robots.keyboard.press("Enter")
    tab_to(robots, robots.get_by_role("radio", name="Payments", exact=True))
    robots.keyboard.press("Space")
    tab_to(robots, steps.button(robots, "Clear").first)
    robots.keyboard.press("Enter")
    tab_to(robots, robots.get_by_role("checkbox", name="artifact:pull"))
    robots.keyboard.press("Space")
    tab_to(robots, robots.get_by_role("combobox", name="Expires"))
    robots.keyboard.type("90")
    tab_to(robots, steps.button(robots, "Create Robot Account"))
    robots.keyboard.press("Enter")
    steps.heading(robots, "typed")
    robot = Robot.objects.get(name="typed")
    assert robot.login_name == "robot_acme.payments+typed"
    assert robot.expires_at is not None
    assert [sorted(grant.permissions) for grant in robot.grants.all()] == [["artifact:pull"]]


def test_after_creating_a_robot_the_focus_is_on_create_token(robots: Page) -> None:
    steps.create_robot(robots, "builder")
    expect(steps.link(robots, "Create Token")).to_be_focused()


def test_a_refused_form_puts_the_focus_on_its_summary(robots: Page) -> None:
    robots.goto("/o/acme/robots/new/")
    steps.button(robots, "Create Robot Account").click()
    summary = robots.get_by_role("region", name="There is a problem")
    expect(summary).to_be_focused()
    tab_to(robots, summary.get_by_role("link", name="Name"))
    robots.keyboard.press("Enter")
    expect(robots.get_by_label("Name", exact=True)).to_be_focused()


def test_a_dialog_opens_on_cancel_and_escape_closes_it(robots: Page, cast: Cast) -> None:
    robots.goto(cast.token.get_absolute_url())
    # A notice below may offer it once more, as a page.
    opener = steps.link(robots, "Delete Token").first
    opener.focus()
    robots.keyboard.press("Enter")
    expect(robots.get_by_role("dialog").get_by_role("link", name="Cancel")).to_be_focused()
    robots.keyboard.press("Escape")
    expect(robots.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_opens_and_closes_by_keyboard(robots: Page) -> None:
    opener = robots.locator("[popovertarget=account]:visible")
    opener.focus()
    robots.keyboard.press("Enter")
    tab_to(robots, steps.link(robots, "My account"))
    robots.keyboard.press("Escape")
    expect(steps.link(robots, "My account")).to_be_hidden()
    expect(opener).to_be_focused()


def test_after_a_dialog_from_the_menu_of_a_row_the_focus_is_back_at_its_button(
    robots: Page, cast: Cast
) -> None:
    robots.goto(cast.robot.get_absolute_url())
    opener = robots.get_by_role("button", name=f"Actions for {cast.token.name}")
    opener.focus()
    robots.keyboard.press("Enter")
    tab_to(robots, steps.link(robots, "Delete Token"))
    robots.keyboard.press("Enter")
    expect(robots.get_by_role("dialog")).to_be_visible()
    robots.keyboard.press("Escape")
    expect(robots.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
