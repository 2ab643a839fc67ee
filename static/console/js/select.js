// [data-select-all] ticks all [data-select] of its form, [data-selected] counts them; [data-tick="all|none"] ticks a fieldset.
addEventListener("change", ({ target }) => {
  const form = target.closest?.("form");
  if (!form || !target.matches("[data-select], [data-select-all]")) return;
  const boxes = [...form.querySelectorAll("[data-select]")];
  const all = form.querySelector("[data-select-all]");
  if (target === all) for (const box of boxes) box.checked = all.checked;
  const ticked = boxes.filter((box) => box.checked).length;
  if (all) all.checked = ticked === boxes.length;
  if (all) all.indeterminate = ticked > 0 && !all.checked;
  for (const count of form.querySelectorAll("[data-selected]")) count.textContent = ticked;
});
addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-tick]");
  for (const box of button?.closest("fieldset").querySelectorAll(":enabled[type=checkbox]") ?? []) {
    box.checked = button.dataset.tick === "all";
  }
});
