"""A page zoomed to 400 %, in the colours that a system forces, and on paper."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.inspecting import OVERFLOW
from tests.e2e.scenes import Scene
from tests.e2e.watching import sign_in

# 1280 by 1024 px at 400 %.
ZOOMED: ViewportSize = {"width": 320, "height": 256}
STAYS = """() => [...document.querySelectorAll("body *")]
  .filter(it => it.checkVisibility() && !it.matches(".skip"))
  .filter(it => ["sticky", "fixed"].includes(getComputedStyle(it).position))
  .map(it => it.className)"""
STYLE = "(it, name) => getComputedStyle(it)[name]"
BEFORE = "(it, name) => getComputedStyle(it, '::before')[name]"
PRESSED = ":is(button, summary, .button, nav[aria-label=Main]):visible"
CUT = """() => [...document.querySelectorAll(".table, .table :is(th, td, .entry-name, .named, code)")]
  .filter(it => it.checkVisibility() && getComputedStyle(it).overflowX !== "visible")
  .filter(it => it.scrollWidth > it.clientWidth)
  .map(it => it.outerHTML.slice(0, 120))"""


@pytest.fixture
def owner(page: Page, long_scene: Scene, base_url: str) -> Page:
    sign_in(page.context, long_scene.people["owner"], base_url)
    return page


@pytest.fixture
def matrix(owner: Page, long_scene: Scene) -> Page:
    owner.goto(long_scene.address("robots:repository-permissions", "organization repository"))
    return owner


def test_zoomed_in_no_bar_takes_room_from_the_page(matrix: Page) -> None:
    expect(matrix.locator(".unsaved")).to_have_css("position", "sticky")
    matrix.set_viewport_size(ZOOMED)
    assert matrix.evaluate(STAYS) == []
    assert matrix.evaluate(OVERFLOW) == 0


def test_zoomed_in_what_is_done_with_ticked_rows_stays_below_them(owner: Page) -> None:
    owner.set_viewport_size(ZOOMED)
    owner.goto("/o/acme/robots/")
    owner.locator("[data-select]").first.check()
    expect(owner.locator(".selection")).to_be_visible()
    assert owner.evaluate(STAYS) == []


def test_forced_colours_keep_what_is_chosen_in_the_matrix(matrix: Page) -> None:
    matrix.emulate_media(forced_colors="active")
    row = matrix.locator(".segments").filter(has=matrix.locator("input:enabled:checked")).first
    chosen, other = (
        row.locator(".segment:has(:checked)"),
        row.locator(".segment:not(:has(:checked))"),
    )
    outlines = [it.evaluate(STYLE, "outline") for it in (chosen, other.first)]
    assert outlines[0] != outlines[1]
    chosen.locator("input").focus()
    assert chosen.evaluate(STYLE, "outline") not in outlines


def test_forced_colours_keep_the_current_entry_of_the_menu(matrix: Page) -> None:
    matrix.emulate_media(forced_colors="active")
    menu = matrix.get_by_role("navigation", name="Main")
    current, other = menu.locator("[aria-current]"), menu.locator("a:not([aria-current])").last
    assert current.evaluate(STYLE, "outlineStyle") == "solid"
    assert other.evaluate(STYLE, "outlineStyle") == "none"


def test_forced_colours_keep_the_legend_of_a_chart(owner: Page, long_scene: Scene) -> None:
    owner.emulate_media(forced_colors="active")
    owner.goto(long_scene.address("robots:robot-activity", "organization robot"))
    accepted, refused = owner.locator(".key").all()
    fills = [key.evaluate(BEFORE, "backgroundColor") for key in (accepted, refused)]
    assert fills[0] != fills[1]
    assert refused.evaluate(BEFORE, "borderTopWidth") != "0px"


def test_forced_colours_keep_the_shapes_of_states(owner: Page) -> None:
    owner.emulate_media(forced_colors="active")
    owner.goto("/o/acme/projects/")
    public, private = "public", "private"
    state = owner.locator(".state").first
    fills = {}
    for kind in (public, private):
        state.evaluate("(it, kind) => { it.dataset.kind = kind }", kind)
        fills[kind] = state.evaluate(BEFORE, "backgroundColor")
    assert fills[private] == state.evaluate(STYLE, "color") != fills[public]


@pytest.mark.parametrize("width", [1030, 700])
def test_on_paper_tables_are_whole_and_nothing_can_be_pressed(owner: Page, width: int) -> None:
    owner.set_viewport_size({"width": width, "height": 900})
    owner.emulate_media(media="print")
    for address in ("robots", "tokens", "users", "projects", "audit-log"):
        owner.goto(f"/o/acme/{address}/")
        expect(owner.get_by_role("heading", level=1)).to_be_visible()
        assert owner.evaluate(OVERFLOW) == 0, address
        assert owner.evaluate(CUT) == [], address
        assert owner.locator(PRESSED).count() == 0, address
    owner.goto("/o/acme/robots/")
    heads = owner.locator("thead th:not(.tick-cell)")
    assert heads.count() == owner.locator("thead th:not(.tick-cell):visible").count() == 9
