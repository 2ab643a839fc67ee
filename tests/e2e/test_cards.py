"""Lists on a phone: cards of about 120 px that open for the rest, with scripts and without."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.places import PLACES
from tests.e2e.scenes import Scene
from tests.e2e.watching import sign_in

PHONE: ViewportSize = {"width": 390, "height": 844}
# About 120 px: three lines under a name take a few more.
TALLEST = 124
LISTS = {
    "robots:robot-list": "organization",
    "robots:token-list": "organization",
    "robots:robot": "organization robot",
    "robots:role-list": "organization",
    "robots:team-robots": "organization team",
    "console:project-list": "organization",
    "console:repository-list": "organization",
    "console:webhook-list": "organization",
    "console:service-list": "organization",
    "teams:member-list": "organization",
    "teams:invitation-list": "organization",
    "robots:team-list": "organization",
}
HEIGHTS = """() => Object.fromEntries([...document.querySelectorAll(".table tbody tr")]
  .map(row => [row.innerText.slice(0, 40), Math.round(row.getBoundingClientRect().height)]))"""

SHARES = """() => [...document.querySelectorAll(".table tbody tr")].map(row =>
  row.querySelector("th").getBoundingClientRect().width / row.getBoundingClientRect().width)"""


@pytest.fixture
def visitor(page: Page, long_scene: Scene, base_url: str) -> Page:
    sign_in(page.context, long_scene.people["owner"], base_url)
    page.set_viewport_size(PHONE)
    return page


@pytest.mark.parametrize("width", [390, 320])
def test_a_card_is_short(visitor: Page, long_scene: Scene, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 844})
    for route, parts in LISTS.items():
        visitor.goto(long_scene.address(route, parts))
        heights = visitor.evaluate(HEIGHTS)
        assert heights, route
        assert {name: height for name, height in heights.items() if height > TALLEST} == {}, route


def card_of(page: Page, address: str) -> Locator:
    page.set_viewport_size(PHONE)
    page.goto(address)
    return page.locator("tbody tr").filter(has=page.locator(".entry-name", has_text="ci"))


def test_a_card_opens_for_the_rest(owner_page: Page) -> None:
    card = card_of(owner_page, "/o/acme/robots/")
    opener = card.get_by_label("More about ci")
    assert min(opener.bounding_box().values()) >= 24  # type: ignore[union-attr]
    expect(card.locator("[data-label='Teams']")).to_be_hidden()
    opener.click()
    for cell in card.locator("[data-label]").all():
        expect(cell).to_be_visible()
    opener.click()
    expect(card.locator("[data-label='Teams']")).to_be_hidden()


def test_a_list_of_cards_keeps_what_it_is_called(visitor: Page) -> None:
    visitor.goto("/o/acme/robots/new/")
    expect(visitor.locator("thead").get_by_text("Teams", exact=True)).to_be_visible()


def test_a_name_has_the_width_of_its_card(page: Page, scene: Scene, base_url: str) -> None:
    page.set_viewport_size(PHONE)
    next(place for place in PLACES if place.name == "robot-narrow").visit(page, scene, base_url)
    assert min(page.evaluate(SHARES)) > 0.8


def test_a_wide_table_has_nothing_to_open(owner_page: Page) -> None:
    owner_page.goto("/o/acme/robots/")
    expect(owner_page.locator(".unfold").first).to_be_hidden()
    expect(owner_page.locator("[data-label='Teams']").first).to_be_visible()
