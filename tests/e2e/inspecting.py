"""What is wrong with a page as it stands, in words."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.rules.profiles import is_thorough

THEMES = ("light", "dark")
# Each width and each theme; both of both where thorough examples are asked for
# (`make e2e EXAMPLES=--hypothesis-profile=thorough`).
LOOKS = {1280: THEMES, 320: THEMES} if is_thorough() else {1280: ("light",), 320: ("dark",)}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEADINGS = "[...document.querySelectorAll('h1')].filter(it => it.checkVisibility()).length"
# Of WCAG 2.2, which axe leaves out unless it is asked. Not once something was done: what a bar at the
# window's end covers then can be scrolled from beneath it.
TARGETS = {"rules": {"target-size": {"enabled": True}}}
DUPLICATES = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(it => it.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""


def problems(page: Page, width: int, *, untouched: bool = False) -> list[str]:
    """Everything, at that width and in the themes that it is looked at in."""
    options = TARGETS if untouched else {}
    found = [f"axe, {theme}: {it}" for theme in LOOKS[width] for it in axe(page, theme, options)]
    if (beyond := page.evaluate(OVERFLOW)) > 0:
        found.append(f"scrolls sideways by {beyond} px")
    if (count := page.evaluate(HEADINGS)) != 1:
        found.append(f"{count} first headings")
    if not page.title().endswith(" · Roster") or page.title().startswith(" · "):
        found.append(f"the title is {page.title()!r}")
    found += [f"twice the id {name}" for name in page.evaluate(DUPLICATES)]
    return [f"{page.viewport_size}: {problem}" for problem in found]


def axe(page: Page, theme: str, options: dict[str, Any]) -> list[str]:
    # The server writes this attribute from the cookie (test_theme.py); everything else is CSS.
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
