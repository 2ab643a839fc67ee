// The permission matrix says what is not saved yet: how many rows, and each before and after.
const form = document.querySelector(".matrix");
const show = () => {
  const changes = [...form.querySelectorAll("tr[data-who]")].flatMap((row) => {
    const [before, after] = ["[name^=seen-]", ":checked"].map((part) => row.querySelector(part)?.value ?? "");
    row.toggleAttribute("data-changed", before !== after);
    return before === after ? [] : `${row.dataset.who} ${before || "none"} → ${after || "none"}`;
  });
  form.querySelector("[data-unsaved]").value = [`Unsaved changes: ${changes.length}`, ...changes].join(" · ");
};
if (form?.querySelector("[data-unsaved]")) {
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  show();
}
