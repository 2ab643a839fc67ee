// The page that shows a secret once: new URL at once, one question before leaving with nothing kept, nothing left behind.
const page = document.querySelector("[data-reveal]");
if (page) {
  let asked = false;
  const keep = () => { asked = true; };
  history.replaceState(null, "", page.dataset.after);
  for (const kept of ["say", "copy", "submit"]) addEventListener(kept, keep);
  addEventListener("beforeunload", (event) => {
    if (!asked) event.preventDefault();
    keep();
  });
  addEventListener("pagehide", () => document.querySelectorAll("[data-secret]").forEach((it) => it.remove()));
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
