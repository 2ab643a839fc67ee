// After htmx changed the page: opens a dialog, above the page or beside it, focuses what is new;
// says counts and failures, but not of what asks by itself.
const say = (detail) => dispatchEvent(new CustomEvent("say", { detail }));
addEventListener("htmx:afterSettle", ({ target, detail }) => {
  const dialog = target.closest("dialog:not([open])");
  // A dialog gives the focus back to where it was, and a menu's entry is gone by then: to the menu's button.
  const menu = dialog && detail.requestConfig.elt.closest("[popover]");
  if (menu) document.querySelector(`[popovertarget="${menu.id}"]`).focus();
  if (dialog) "beside" in dialog.dataset ? dialog.show() : dialog.showModal();
  target.querySelector("[autofocus], .error-summary, h1")?.focus();
  const news = target.querySelector("[data-announce]");
  if (news) say(news.textContent);
});
const fail = (target, detail) => target.matches("[data-unsaid]") || say(detail);
addEventListener("htmx:responseError", ({ target, detail: { xhr } }) => {
  fail(target, `That did not work (${xhr.status}).`);
});
addEventListener("htmx:sendError", ({ target }) => fail(target, "The server did not answer."));
// What stands beside the page closes after all that stands above it.
addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !document.querySelector(":modal, :popover-open")) {
    document.querySelector("[data-beside][open]")?.close();
  }
});
addEventListener("click", (event) => {
  const cancel = event.target.closest("dialog [data-close]");
  if (cancel) event.preventDefault();
  cancel?.closest("dialog").close();
});
