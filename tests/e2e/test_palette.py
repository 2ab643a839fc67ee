"""The search that Ctrl-K opens above any page: found while one types, chosen and left by keyboard."""

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.conftest import NewContext
from tests.e2e.inspecting import problems
from tests.e2e.watching import sign_in


@pytest.fixture
def robots(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    return page


def palette(page: Page, keys: str = "Control+k") -> Locator:
    """Open it by keyboard; its field has the focus."""
    page.keyboard.press(keys)
    field = page.get_by_role("dialog", name="Search").get_by_role("textbox", name="Search")
    expect(field).to_be_focused()
    return field


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_typing_finds_and_enter_opens_the_first(robots: Page, cast: Cast, keys: str) -> None:
    field = palette(robots, keys)
    expect(robots.locator("#found")).to_contain_text("Create Robot Account")
    field.press_sequentially("nightly")
    expect(robots.locator("#found")).to_have_attribute("data-for", "nightly")
    expect(robots.locator("#found-count")).to_have_text("1 found")
    robots.keyboard.press("Enter")
    expect(robots).to_have_url(re.compile(re.escape(cast.token.get_absolute_url())))


def test_arrow_keys_go_through_what_was_found(robots: Page) -> None:
    palette(robots).press_sequentially("create")
    expect(robots.locator("#found")).to_have_attribute("data-for", "create")
    links = robots.locator("#found a")
    for key, at in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        robots.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    robots.keyboard.press("ArrowUp")
    expect(robots.get_by_role("textbox", name="Search")).to_be_focused()
    robots.keyboard.press("ArrowUp")
    expect(links.last).to_be_focused()
    robots.keyboard.press("ArrowDown")
    robots.keyboard.press("ArrowDown")
    robots.keyboard.press("Enter")
    steps.heading(robots, "Create robot account")


def test_escape_closes_and_the_focus_returns(robots: Page) -> None:
    here = robots.get_by_role("searchbox")
    here.focus()
    palette(robots)
    robots.keyboard.press("Control+k")
    expect(robots.get_by_role("textbox", name="Search")).to_be_focused()
    robots.keyboard.press("Escape")
    expect(robots.locator("#palette")).not_to_be_visible()
    expect(here).to_be_focused()
    palette(robots)
    steps.button(robots, "Close").click()
    expect(here).to_be_focused()


def test_a_pasted_token_leads_to_its_page_and_gets_no_address(robots: Page, cast: Cast) -> None:
    addresses: list[str] = []
    robots.on("request", lambda request: addresses.append(unquote_plus(request.url)))
    palette(robots).fill(cast.secret)
    robots.locator("#found").get_by_role("link", name="Open the token's page").click()
    expect(robots).to_have_url(re.compile(re.escape(cast.token.get_absolute_url())))
    assert [address for address in addresses if cast.secret in address] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_link_opens_it_as_well_and_nothing_is_wrong_with_it(robots: Page, width: int) -> None:
    robots.set_viewport_size({"width": width, "height": 800})
    robots.locator(".search-link:visible").click()
    field = robots.get_by_role("textbox", name="Search")
    expect(field).to_be_focused()
    field.press_sequentially("nightly")
    expect(robots.locator("#found")).to_have_attribute("data-for", "nightly")
    assert problems(robots, width) == []


def test_it_is_a_page_without_scripts(new_context: NewContext, cast: Cast, base_url: str) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(context, cast.owner, base_url)
    page = context.new_page()
    page.goto("/o/acme/robots/")
    page.locator(".search-link:visible").click()
    page.get_by_role("textbox", name="Search").fill("nightly")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=nightly$"))
    page.locator("#found").get_by_role("link", name="nightly").click()
    expect(page).to_have_url(re.compile(re.escape(cast.token.get_absolute_url())))


def test_with_a_modifier_the_link_opens_a_tab(robots: Page) -> None:
    link = robots.get_by_role("link", name="Search").first
    with robots.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile("/o/acme/search/"))
    expect(robots.get_by_role("dialog")).to_have_count(0)
