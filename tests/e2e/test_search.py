"""The search of the robots list: the table alone is replaced, every state has its address."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.conftest import Cast
from tests.e2e.conftest import NewContext
from tests.e2e.watching import sign_in

ROWS = "#robot-table tbody th[scope=row]"


@pytest.fixture
def robots(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/")
    expect(page.locator(ROWS)).to_have_count(2)
    return page


def mark(page: Page) -> None:
    """Leave a mark beside the table, which a page that is loaded anew does not have."""
    page.evaluate("document.querySelector('h1').dataset.mark = 'kept'")


def target_of(request: Request) -> str | None:
    """What htmx asks to replace; `None` for a page."""
    return "static" if "/static/" in request.url else request.headers.get("hx-target")


def test_typing_replaces_the_table_alone_and_pushes_the_address(robots: Page) -> None:
    mark(robots)
    targets: set[str | None] = set()
    robots.on("request", lambda request: targets.add(target_of(request)))
    robots.get_by_role("searchbox").press_sequentially("depl")
    expect(robots.locator(ROWS)).to_have_count(1)
    expect(robots).to_have_url(re.compile(r"/robots/\?q=depl$"))
    expect(robots.locator("h1[data-mark=kept]")).to_be_visible()
    expect(robots.get_by_role("searchbox")).to_be_focused()
    assert targets - {"static"} == {"robot-table"}


def test_back_shows_the_whole_list_again(robots: Page) -> None:
    robots.get_by_role("searchbox").press_sequentially("depl")
    expect(robots.locator(ROWS)).to_have_count(1)
    robots.go_back()
    expect(robots).to_have_url(re.compile(r"/robots/$"))
    expect(robots.locator(ROWS)).to_have_count(2)
    expect(robots.get_by_role("searchbox")).to_have_value("")


def test_the_address_alone_shows_the_same(robots: Page) -> None:
    robots.goto("/o/acme/robots/?q=depl")
    expect(robots.locator(ROWS)).to_have_count(1)
    expect(robots.get_by_role("searchbox")).to_have_value("depl")


def test_the_number_of_results_is_said(robots: Page) -> None:
    robots.get_by_role("searchbox").press_sequentially("depl")
    expect(robots.get_by_role("status")).to_contain_text("1 robot account")


def test_a_filter_keeps_the_search(robots: Page) -> None:
    robots.goto("/o/acme/robots/?q=depl")
    robots.get_by_role("button", name="State").click()
    robots.get_by_role("link", name="Active", exact=True).click()
    expect(robots).to_have_url(re.compile(r"q=depl.*state=active|state=active.*q=depl"))
    expect(robots.locator(ROWS)).to_have_count(1)


def test_enter_searches_without_scripts(new_context: NewContext, cast: Cast, base_url: str) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(context, cast.owner, base_url)
    page = context.new_page()
    page.goto("/o/acme/robots/")
    page.get_by_role("searchbox").fill("depl")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=depl"))
    expect(page.locator(ROWS)).to_have_count(1)
