"""A token that is pasted where names are looked for does not leave the browser."""

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.scenes import Scene
from tests.e2e.watching import sign_in
from tests.pasting import NAMES, shapes

LISTS = [
    "robots",
    "projects",
    "projects/payments",
    "projects/payments/robots",
    "repositories",
    "teams",
    "users",
    "roles",
    "audit-log",
]
FORMS = ["robots/new"]
WORDS = "That looks like a token. It was taken out here and not sent."


@pytest.fixture
def sent(page: Page, scene: Scene, base_url: str) -> list[str]:
    """All that the owner's page sends from now on: addresses and bodies."""
    sign_in(page.context, scene.people["owner"], base_url)
    parts: list[str] = []
    page.on("request", lambda request: parts.extend(parts_of(request)))
    return parts


def parts_of(request: Request) -> list[str]:
    return [unquote_plus(request.url), unquote_plus(request.post_data or "")]


def history(page: Page) -> list[str]:
    entries = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    return [unquote_plus(entry["url"]) for entry in entries]


def paste(page: Page, field: Locator, text: str) -> None:
    """Paste it as a keyboard does."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("ControlOrMeta+v")


def no_trace(page: Page, sent: list[str], secret: str) -> None:
    """Once the page is quiet: everything that htmx held back has been asked by then."""
    page.wait_for_load_state("networkidle")
    assert [part for part in [*sent, *history(page), page.url] if secret in part] == []


@pytest.mark.parametrize("place", [*LISTS, *FORMS])
def test_a_pasted_token_leaves_no_field(
    page: Page, cast: Cast, sent: list[str], place: str
) -> None:
    page.goto(f"/o/acme/{place}/")
    field = page.get_by_role("searchbox").first
    paste(page, field, cast.secret)
    expect(page.get_by_role("alert")).to_contain_text(WORDS)
    expect(field).to_have_value("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(WORDS)
    no_trace(page, sent, cast.secret)
    field.press_sequentially("depl")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(field).to_have_value("depl")


def test_a_filter_that_is_typed_is_a_field_as_well(page: Page, cast: Cast, sent: list[str]) -> None:
    page.goto("/o/acme/robots/")
    steps.button(page, "More filters").click()
    paste(page, page.get_by_label("Label"), cast.secret)
    expect(page.get_by_role("alert")).to_contain_text(WORDS)
    steps.button(page, "Apply Filters").click()
    expect(page).to_have_url(re.compile("label="))
    no_trace(page, sent, cast.secret)


def test_a_field_that_was_filled_before_the_scripts_ran_is_not_sent(
    page: Page, cast: Cast, sent: list[str]
) -> None:
    page.goto("/o/acme/robots/")
    field = page.get_by_role("searchbox")
    field.evaluate("(field, text) => { field.value = text; }", cast.secret)
    field.evaluate("field => field.form.requestSubmit()")
    expect(page.get_by_role("alert")).to_contain_text(WORDS)
    no_trace(page, sent, cast.secret)


def test_browsers_know_the_same_shapes_as_the_server(
    page: Page, cast: Cast, sent: list[str]
) -> None:
    page.goto("/o/acme/robots/")
    field = page.get_by_role("searchbox")
    for shape, text in shapes(cast).items():
        field.fill(text)
        expect(field, shape).to_have_value("")
    for name in NAMES:
        field.fill(name)
        expect(field).to_have_value(name)


def test_the_words_lead_to_where_a_token_is_looked_up(
    page: Page, cast: Cast, sent: list[str]
) -> None:
    page.goto("/o/acme/robots/")
    paste(page, page.get_by_role("searchbox"), cast.secret)
    page.get_by_role("link", name="Look it up under “Pasted token” of the audit log").click()
    page.get_by_label("Token", exact=True).fill(cast.secret)
    steps.button(page, "Find Its Events").click()
    expect(page).to_have_url(re.compile(rf"\?token={cast.token.uuid}$"))
    assert cast.secret not in "".join(history(page))


def test_who_may_not_read_the_audit_log_is_not_led_there(
    page: Page, cast: Cast, scene: Scene, base_url: str
) -> None:
    sign_in(page.context, scene.people["member"], base_url)
    page.goto("/o/acme/teams/")
    paste(page, page.get_by_role("searchbox"), cast.secret)
    expect(page.get_by_role("alert")).to_contain_text("Search for names, or for an access ID.")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(0)
