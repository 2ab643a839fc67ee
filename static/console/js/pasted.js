// A token in a field that is searched or goes into an address is taken out; #pasted says so beside it.
const { content, dataset } = document.getElementById("pasted") ?? {};
const take = (field) => {
  if (!field.matches("[type=search], form:not([method=post]) input:not([type=hidden])")) return;
  field.parentElement.querySelector(".pasted")?.remove();
  if (!RegExp(dataset.shape).test(field.value)) return;
  field.value = "";
  field.after(content.cloneNode(true));
  return true;
};
if (content) {
  // Ahead of htmx, which finds the field empty.
  addEventListener("input", ({ target }) => take(target), true);
  addEventListener("submit", (event) => {
    if ([...event.target.elements].filter(take)[0]) event.preventDefault();
  }, true);
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:has(+ .pasted)")) event.preventDefault();
  }, true);
}
// An address may name a menu to open.
const open = () => document.querySelector(`[popover][id="${location.hash.slice(1)}"]`)?.showPopover();
addEventListener("hashchange", open);
open();
