// After htmx changed the page: opens #dialog, focuses what is new, says counts and failures.
const say = (detail) => dispatchEvent(new CustomEvent("say", { detail }));
addEventListener("htmx:afterSettle", ({ target }) => {
  const dialog = target.closest("dialog:not([open])");
  dialog?.showModal();
  target.querySelector("[autofocus], .error-summary, h1")?.focus();
  const news = target.querySelector("[data-announce]");
  if (news) say(news.textContent);
});
addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  say(`That did not work (${xhr.status}).`);
});
addEventListener("htmx:sendError", () => say("The server did not answer."));
addEventListener("click", (event) => {
  const cancel = event.target.closest("dialog [data-close]");
  if (cancel) event.preventDefault();
  cancel?.closest("dialog").close();
});
