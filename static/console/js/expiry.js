// [data-expiry="field"] shows the date that so many days from now is; "never" and dates speak for themselves.
const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" });
for (const output of document.querySelectorAll("[data-expiry]")) {
  const form = output.closest("form");
  const show = () => {
    const { value } = form.elements[output.dataset.expiry];
    const end = /^\d{1,5}$/.test(value) ? new Date(Date.now() + value * 864e5) : new Date(value);
    output.textContent = isNaN(end) ? (value === "never" ? "Never expires" : "") : `Expires on ${format.format(end)}`;
  };
  form.addEventListener("input", show);
}
