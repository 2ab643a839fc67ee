// Ctrl-K opens the search over everything; arrow keys go through what it found, Enter opens the first.
addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (event.isComposing) return;
  if (key.toLowerCase() === "k" && ctrlKey !== metaKey && !shiftKey && !altKey) {
    const field = document.querySelector(":is(main, [open]) [data-palette] [name=q]");
    const opener = document.querySelector("[data-search]");
    if (!field && !opener) return;
    event.preventDefault();
    if (field) field.select();
    else if (!document.querySelector("dialog:modal")) opener.click();
    return;
  }
  const inside = target.closest("[data-palette]");
  if (!inside) return;
  const all = [inside.querySelector("[name=q]"), ...inside.querySelectorAll(".found a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[key], at = all.indexOf(target);
  if (step && at >= 0) {
    event.preventDefault();
    all.at((at + step) % all.length).focus();
  } else if (key === "Enter" && at === 0 && target.value.trim() === inside.querySelector(".found").dataset.for) {
    event.preventDefault();
    if (target.value) all[1]?.click();
  }
});
// With a modifier the link opens as links do, in a tab or window of its own.
addEventListener("click", (event) => {
  const { target, ctrlKey, metaKey, shiftKey } = event;
  if ((ctrlKey || metaKey || shiftKey) && target.closest("a[hx-get]")) event.stopPropagation();
}, true);
