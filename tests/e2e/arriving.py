"""What a page takes to be there in a browser that has never been here, and whether it then holds still."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, Request

# The page, its style sheet, its script; and an address that led there.
MOST_REQUESTS = 4
# From here on somebody could see it; a browser that is interrupted while it reads moves things by less.
LEAST_SHIFT = 0.01
# After the frame in which the page is drawn. What follows upon a click or a key is asked for.
SHIFT = """() => new Promise((tell) => {
  let sum = 0;
  const add = (shifts) => { for (const it of shifts) if (!it.hadRecentInput) sum += it.value; };
  const watch = new PerformanceObserver((list) => add(list.getEntries()));
  watch.observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => { add(watch.takeRecords()); tell(sum); }));
})"""
PARTS = "[document.querySelectorAll('link[rel=stylesheet]').length, document.scripts.length]"
UNSIZED = """[...document.images].filter(it => !(it.hasAttribute("width") && it.hasAttribute("height")))
  .map(it => it.outerHTML)"""


@dataclass
class Arrival:
    """Watches a page from before it is asked for."""

    page: Page
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.append(request.url)

    def problems(self) -> list[str]:
        """What is wrong with it, once it is there and before anything is done on it."""
        shift = self.page.evaluate(SHIFT)
        self.page.remove_listener("request", self._note)
        found = [f"an image without a size: {it}" for it in self.page.evaluate(UNSIZED)]
        if len(self.asked) > MOST_REQUESTS:
            found.append(f"asks for {len(self.asked)} things: {self.asked}")
        if (parts := self.page.evaluate(PARTS)) != [1, 1]:
            found.append(f"{parts[0]} style sheets and {parts[1]} scripts")
        if shift >= LEAST_SHIFT:
            found.append(f"moves by {shift:.4f} while it loads")
        return found
