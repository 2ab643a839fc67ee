// The page that shows a secret once: its URL at once the token's, one question before leaving without it, nothing left behind.
const page = document.querySelector("[data-reveal]");
if (page) {
  let kept = false;
  const keep = () => { kept = true; };
  history.replaceState(null, "", page.dataset.after);
  for (const event of ["say", "copy", "submit"]) addEventListener(event, keep);
  addEventListener("beforeunload", (event) => {
    if (!kept) event.preventDefault();
    keep();
  });
  addEventListener("pagehide", () => document.querySelectorAll("[data-secret]").forEach((it) => it.remove()));
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
