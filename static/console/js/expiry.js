// [data-expiry="field"] says when so many days end, in UTC like every moment; nothing for a number that is refused.
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
addEventListener("input", ({ target: { form } }) => {
  for (const output of form?.querySelectorAll("[data-expiry]") ?? []) {
    const field = form.elements[output.dataset.expiry], days = field.checkValidity() ? field.valueAsNumber : 0;
    output.value = days > 0 ? `Until ${format.format(Date.now() + days * 864e5)} UTC` : days ? "Never ends" : "";
  }
});
