// After htmx changed the page: opens #dialog, moves the focus to what is new, says counts and failures.
const say = (detail) => dispatchEvent(new CustomEvent("say", { detail }));
addEventListener("htmx:afterSettle", ({ target }) => {
  const dialog = target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  target.querySelector("[autofocus], .error-summary, h1")?.focus();
  const news = target.querySelector("[data-announce]");
  if (news) say(news.textContent);
});
addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  say(`That did not work (${xhr.status}). Request ID: ${xhr.getResponseHeader("X-Request-ID")}`);
});
addEventListener("htmx:sendError", () => say("The server did not answer."));
addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog [data-close]")?.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});
