// Where tabs do not fit, the current one is in sight.
const show = () => {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const bar = tab.closest(".tabs");
    const [own, whole] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
    bar.scrollLeft += own.left + own.width / 2 - whole.left - whole.width / 2;
  }
};
show();
addEventListener("htmx:afterSettle", show);
addEventListener("resize", show);
