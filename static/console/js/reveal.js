// Shows a secret once: its URL becomes the token's, leaving without it asks once, nothing stays.
const page = document.querySelector("[data-reveal]");
if (page) {
  let kept = false;
  const keep = () => { kept = true; };
  history.replaceState(null, "", page.dataset.after);
  addEventListener("say", keep);
  addEventListener("copy", keep);
  page.addEventListener("submit", keep);
  addEventListener("beforeunload", (event) => {
    if (!kept) event.preventDefault();
    keep();
  });
  addEventListener("pagehide", () => document.querySelectorAll("[data-secret]").forEach((it) => it.remove()));
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
