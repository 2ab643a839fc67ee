"""Each page from the narrowest phone to the widest screen, with names as long as they may be."""

import pytest
from playwright.sync_api import Page

from tests.e2e.inspecting import OVERFLOW
from tests.e2e.places import PLACES
from tests.e2e.scenes import Place, Scene

WIDTHS = (2560, 1280, 1024, 768, 680, 390, 320)
# Looks at what a page is as it comes; test_pages.py does what can be done on it.
AS_THEY_COME = {
    (place.route, place.parts, place.query, place.who): place
    for place in PLACES
    if not (place.act or place.find)
}
ROOMS = ("account", "console", "robots", "teams")
# A frame that holds more than it shows and cannot be scrolled, or not by keyboard; 1 px is rounding.
HIDDEN = """() => [...document.querySelectorAll(".table")]
  .filter(it => it.scrollWidth > it.clientWidth + 1)
  .some(it => getComputedStyle(it).overflowX !== "auto" || !(it.tabIndex === 0 && it.ariaLabel))"""


def faults_of(page: Page, place: Place) -> list[str]:
    """What does not fit at any of the widths."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if beyond := page.evaluate(OVERFLOW):
            faults.append(f"{place.name} at {width} px: scrolls sideways by {beyond} px")
        if page.evaluate(HIDDEN):
            faults.append(f"{place.name} at {width} px: a table hides what cannot be reached")
    return faults


@pytest.mark.parametrize("room", ROOMS)
def test_no_page_scrolls_sideways(page: Page, long_scene: Scene, base_url: str, room: str) -> None:
    faults: list[str] = []
    for place in AS_THEY_COME.values():
        if place.route.startswith(room):
            place.visit(page, long_scene, base_url)
            faults += faults_of(page, place)
    assert "\n".join(faults) == ""
