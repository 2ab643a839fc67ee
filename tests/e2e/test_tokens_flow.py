"""All tokens in a browser: a view of one's own, and links for several at once."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.e2e import steps


def test_a_view_is_saved_found_again_and_removed(owner_page: Page, cast: Cast) -> None:
    page = owner_page
    page.goto("/o/acme/tokens/")
    steps.button(page, "State").click()
    steps.link(page, "Active").click()
    steps.link(page, "Save View").click()
    page.get_by_label("Name of the view").fill("Working")
    steps.button(page, "Save View").click()
    steps.said(page, "View Working saved.")
    steps.link(page, "All tokens").click()
    steps.link(page, "Working").click()
    expect(page).to_have_url(re.compile(r"/tokens/\?state=active$"))
    steps.button(page, "Remove view Working").click()
    steps.said(page, "View Working removed.")
    expect(page.get_by_role("link", name="Working", exact=True)).to_have_count(0)


def test_ticked_tokens_get_links_that_stand_on_one_page(
    owner_page: Page, cast: Cast, scripts: bool
) -> None:
    page = owner_page
    page.goto("/o/acme/tokens/?state=active")
    page.get_by_role("checkbox", name="nightly of ci", exact=True).check()
    steps.button(page, "Rotate by Link").click()
    steps.heading(page, "Rotate 1 token")
    steps.button(page, "Preview").click()
    steps.button(page, "Rotate 1 Token").click()
    steps.heading(page, "1 of 1 token got a link")
    expect(page.locator("#links")).to_contain_text("/handover/")
    if scripts:
        # Reloaded, it is the list, and not the form sent again.
        expect(page).to_have_url(re.compile(r"/tokens/\?state=active$"))
        steps.button(page, "Copy Links").click()
    steps.link(page, "Back to Tokens").click()
    expect(page.get_by_role("checkbox", name="nightly of ci", exact=True)).to_be_visible()
