"""What a browser asks for on its first visit of the server as it is started, and on the second."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.watching import watch
from tests.interop.processes import Installation, serving

PASSWORD = "a quiet harbour at dawn"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    served = Installation(tmp_path_factory.mktemp("roster"))
    with serving(served):
        served.do("organization", slug="acme", password=PASSWORD)
        yield served


@pytest.fixture
def page(browser: Browser, installation: Installation, faults: list[str]) -> Iterator[Page]:
    """In a browser that has never been here."""
    context = browser.new_context(base_url=installation.origin)
    watch(context, installation.origin, faults)
    yield context.new_page()
    context.close()


def addresses(page: Page) -> list[str]:
    """What the browser asks for from now on, in order."""
    seen: list[str] = []
    page.on("requestfinished", lambda request: seen.append(request.url))
    return seen


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill("owner@acme.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_a_first_visit_takes_four_requests_at_most(page: Page) -> None:
    """The page that leads to the sign-in, the sign-in, its style sheet, its script."""
    asked = addresses(page)
    page.goto("/", wait_until="networkidle")
    assert len(asked) == 4, asked


def test_a_first_visit_of_somebody_who_is_signed_in(page: Page, browser: Browser) -> None:
    """As on another day, when nothing is kept but who they are."""
    sign_in(page)
    context = browser.new_context(storage_state=page.context.storage_state())
    origin = page.url.partition("/o/")[0]
    for address, most in (("/", 4), ("/o/acme/robots/", 3), ("/o/acme/robots/new/", 3)):
        later = context.new_page()
        later.context.new_cdp_session(later).send(
            "Network.setCacheDisabled", {"cacheDisabled": True}
        )
        asked = addresses(later)
        later.goto(origin + address, wait_until="networkidle")
        assert len(asked) == most, asked
    context.close()


def test_a_passkey_is_asked_for_once_somebody_is_there(page: Page) -> None:
    asked = addresses(page)
    page.goto(reverse("account_login"), wait_until="networkidle")
    assert len(asked) == 3, asked
    with page.expect_request_finished():
        page.mouse.move(5, 5)
        page.mouse.move(9, 9)
    page.goto(reverse("account_reset_password"), wait_until="networkidle")
    assert [address for address in asked if address.endswith("/sign-in/passkey/")] == asked[3:4]


def test_a_passkeys_question_that_is_late_takes_nobodys_session(page: Page) -> None:
    """It comes with a session of its own, which would take the place of whoever signed in meanwhile."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/sign-in/passkey/", hold)
    page.goto("/sign-in/")
    with page.expect_request("**/sign-in/passkey/"):
        page.get_by_label("E-mail address").fill("owner@acme.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.goto("/o/acme/robots/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Robots")


def test_scripts_of_the_one_file_work_together(page: Page) -> None:
    sign_in(page)
    page.goto("/o/acme/robots/new/")
    page.get_by_label("Name", exact=True).fill("nightly")
    expect(page.get_by_text("robot_acme+nightly")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Search").get_by_role("textbox").press_sequentially("create")
    expect(page.locator("#found[data-for=create] a").first).to_be_visible()
