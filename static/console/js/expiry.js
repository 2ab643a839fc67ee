// [data-expiry="field"] says on which date so many days end, in UTC like every date.
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
addEventListener("input", ({ target: { form } }) => {
  for (const output of form?.querySelectorAll("[data-expiry]") ?? []) {
    const days = form.elements[output.dataset.expiry].value;
    output.value = days === "-1" ? "Never ends" : /^[1-9]\d{0,4}$/.test(days) ? `Until ${format.format(Date.now() + days * 864e5)}` : "";
  }
});
