// [data-expiry="field"] says on which date so many days end.
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
for (const output of document.querySelectorAll("[data-expiry]")) {
  output.form.addEventListener("input", () => {
    const days = output.form.elements[output.dataset.expiry].value;
    output.value = /^\d{1,5}$/.test(days) ? `Until ${format.format(Date.now() + days * 864e5)}` : "";
  });
}
