"""The list of all tokens, its views, and what is done to many at once."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.e2e.scenes import Act, Place, on_ticked, press, tick_robots

WHERE = "organization"
LIST = "robots:token-list"
VIEW = "?state=active&unused=never&sort=expires"


def save_view(page: Page) -> None:
    if not page.get_by_role("link", name="Save View", exact=True).count():
        return  # it was saved for the other width
    press("Save View", role="link")(page)
    name = f"Fresh {uuid4().hex[:4]}"
    page.get_by_label("Name of the view").fill(name)
    press("Save View")(page)
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def refuse_view(page: Page) -> None:
    page.get_by_label("Name of the view").fill("Never expiring")
    press("Save View")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def preview(name: str, verb: str) -> Act:
    """Tick some, press what is to be done, and go on with what is preset."""

    def act(page: Page) -> None:
        on_ticked(name, verb)(page)
        press("Preview")(page)
        # Those that end later are extended by nothing.
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\?|^No token"))

    return act


def hand_over(page: Page) -> None:
    preview("Rotate by Link", "Rotate")(page)
    page.locator("main").get_by_role("button", name="Rotate").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("got a link")
    for line in page.locator("#links code").all():
        hide = "(it) => { it.textContent = it.textContent.replace(/[\\w-]{30,}/g, 'throw-away') }"
        line.evaluate(hide)


TOKEN_PLACES = (
    Place("tokens", LIST, WHERE),
    Place("tokens-more-filters", LIST, WHERE, act=press("More filters")),
    Place("tokens-filtered", LIST, WHERE, VIEW),
    Place("tokens-view", LIST, WHERE, VIEW, act=save_view),
    Place("tokens-left", LIST, WHERE, "?seen_by=left"),
    Place("tokens-expiring", LIST, WHERE, "?expiring=14&sort=expires"),
    Place("tokens-ticked", LIST, WHERE, act=tick_robots),
    Place("tokens-disable", LIST, WHERE, act=on_ticked("Disable")),
    Place("tokens-extend", LIST, WHERE, act=on_ticked("Extend")),
    Place("tokens-extend-preview", LIST, WHERE, act=preview("Extend", "Extend")),
    Place("tokens-hand-over", LIST, WHERE, act=on_ticked("Rotate by Link", "Rotate")),
    Place("tokens-links", LIST, WHERE, act=hand_over),
    Place("tokens-delete", LIST, WHERE, act=on_ticked("Delete")),
    Place("tokens-none", LIST, "empty"),
    Place("tokens-member", LIST, WHERE, who="member"),
    Place("token-view-create", "robots:token-view-create", WHERE, VIEW),
    Place("token-view-refused", "robots:token-view-create", WHERE, VIEW, act=refuse_view),
)
