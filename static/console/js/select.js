// [data-select-all] ticks its form's [data-select], [data-selected] counts them; [data-tick] ticks a fieldset.
addEventListener("change", ({ target }) => {
  const { form } = target;
  if (!target.matches("[data-select], [data-select-all]")) return;
  const boxes = [...form.querySelectorAll("[data-select]")];
  const all = form.querySelector("[data-select-all]") ?? {};
  if (target === all) for (const box of boxes) box.checked = all.checked;
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
  for (const count of form.querySelectorAll("[data-selected]")) count.value = ticked;
});
addEventListener("click", ({ target }) => {
  const { tick } = target.dataset;
  const inside = tick && target.closest("fieldset");
  inside?.querySelectorAll("input:enabled").forEach((box) => { box.checked = tick === "all"; });
});
