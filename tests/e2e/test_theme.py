"""The theme is the server's: it stands in the first answer, so nothing flashes."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.e2e.conftest import NewContext
from tests.e2e.watching import choose_theme, sign_in

CANVAS = "getComputedStyle(document.documentElement).backgroundColor"
LIGHTNESS = f"{CANVAS}.match(/[0-9.]+/)[0] * 1"


@pytest.fixture
def overview(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/")
    return page


def choose(page: Page, theme: str) -> str:
    """Choose in the account menu; the first answer after that."""
    page.locator("[popovertarget=account]:visible").click()
    with page.expect_response("**/o/acme/") as answer:
        page.get_by_role("button", name=theme, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    return answer.value.text()


def test_the_choice_stands_in_the_first_answer(overview: Page) -> None:
    assert 'data-theme="dark"' in choose(overview, "Dark")
    assert 'data-theme="light"' in choose(overview, "Light")
    assert 'data-theme="auto"' in choose(overview, "Auto")


def test_the_choice_is_shown_as_pressed_and_stays(overview: Page) -> None:
    choose(overview, "Dark")
    overview.goto("/account/")
    overview.locator("[popovertarget=account]:visible").click()
    for name, pressed in (("Auto", "false"), ("Light", "false"), ("Dark", "true")):
        button = overview.get_by_role("button", name=name, exact=True)
        expect(button).to_have_attribute("aria-pressed", pressed)


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_auto_follows_the_system_and_a_choice_does_not(
    new_context: NewContext, base_url: str, theme: str, system: str
) -> None:
    context = new_context(color_scheme=system, java_script_enabled=False)
    choose_theme(context, theme, base_url)
    page = context.new_page()
    page.goto("/sign-in/")
    dark = (system if theme == "auto" else theme) == "dark"
    assert (page.evaluate(LIGHTNESS) < 0.5) is dark
