// [data-expiry="field"] says on which date so many days end; a date says itself.
const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
const say = (value) => {
  const end = /^\d{1,5}$/.test(value) ? new Date(Date.now() + value * 864e5) : new Date(value);
  if (value === "never") return "Never expires";
  return isNaN(end) ? "" : `Expires on ${format.format(end)}`;
};
for (const output of document.querySelectorAll("output[data-expiry]")) {
  output.form.addEventListener("input", () => {
    output.value = say(output.form.elements[output.dataset.expiry].value);
  });
}
