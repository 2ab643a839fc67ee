// A search inside a form, [data-find]: Enter searches, and sends nothing.
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
});
// Enter in another field sends the form, whatever stands in its search.
addEventListener("submit", ({ submitter }) => { if (submitter?.name === "enter") submitter.name = ""; });
const finder = (inside) => inside.closest("form")?.querySelector("[data-find]");
const chosen = (part) => [...part.querySelectorAll("input")].map(({ checked, value }) => checked + value).join();
const known = (it) => [it.name, it.value, it.dataset.tick, it.closest("fieldset")?.id].join();
let focused;
addEventListener("htmx:beforeRequest", ({ detail: { target, xhr } }) => { xhr.chosen = chosen(target); });
addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, target, xhr } = detail, find = finder(elt);
  focused = "";
  if (!find || target.contains(find)) return;
  // An answer shows what was chosen when it was asked. If that has changed since, it is asked again.
  if (xhr.chosen !== chosen(target)) {
    detail.shouldSwap = false;
    find.dispatchEvent(new CustomEvent("search", { bubbles: true }));
  } else if (target.contains(document.activeElement)) focused = known(document.activeElement);
});
// Whoever went on into the list stays where they were, or comes back to the search if that is gone.
addEventListener("htmx:afterSwap", ({ target }) => {
  if (!focused) return;
  const again = [...target.querySelectorAll("input, button")].find((it) => known(it) === focused);
  (again ?? finder(target)).focus();
});
