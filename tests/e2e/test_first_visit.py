"""What a browser asks for on its first visit of the server as it is started, and on the second."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Request, expect

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


def paths(page: Page, address: str) -> list[str]:
    """What the page at this address makes the browser fetch, in order."""
    seen: list[str] = []

    def note(request: Request) -> None:
        # What a passkey is asked is fetched by a script, and holds nothing up.
        if request.resource_type != "fetch":
            seen.append(request.url)

    page.on("requestfinished", note)
    page.goto(address, wait_until="networkidle")
    return seen


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill("owner@acme.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_the_first_visit_takes_four_requests_at_most(page: Page) -> None:
    assert 3 <= len(paths(page, reverse("account_login"))) <= 4


def test_scripts_of_the_one_file_work_together(page: Page) -> None:
    sign_in(page)
    page.goto("/o/acme/robots/new/")
    page.get_by_label("Name", exact=True).fill("nightly")
    expect(page.get_by_text("robot_acme+nightly")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Search").get_by_role("textbox").press_sequentially("create")
    expect(page.locator("#found[data-for=create] a").first).to_be_visible()
