// Where a row of tabs is wider than the page, the tab that is open stands in view.
addEventListener("htmx:load", ({ target }) => {
  for (const open of target.querySelectorAll(".tabs [aria-current]")) {
    const row = open.closest(".tabs");
    const [tab, frame] = [open.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += tab.left - frame.left - (frame.width - tab.width) / 2;
  }
});
