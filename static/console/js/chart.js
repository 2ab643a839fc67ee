// [data-chart-area] says what happened on the day under the pointer; with the focus, arrow keys go from day to day.
const show = (area, slots, at) => {
  slots.forEach((slot, number) => slot.toggleAttribute("data-on", number === at));
  const words = slots[at]?.textContent ?? "";
  area.closest("[data-chart]").querySelector("[data-chart-words]").textContent = words;
  return words;
};
const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const begin = (area) => {
  area.dataset.chartArea = "on";
  area.tabIndex = 0;
  const slots = [...area.querySelectorAll(".chart-slot")];
  const said = area.closest("[data-chart]").querySelector("[data-chart-said]");
  let at = slots.length - 1;
  area.addEventListener("pointermove", ({ target }) => show(area, slots, slots.indexOf(target)));
  area.addEventListener("pointerleave", () => show(area, slots, area.matches(":focus") ? at : -1));
  area.addEventListener("focus", () => (said.textContent = show(area, slots, at)));
  area.addEventListener("blur", () => (said.textContent = show(area, slots, -1)));
  area.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    at = Math.min(slots.length - 1, Math.max(0, at + steps[event.key]));
    said.textContent = show(area, slots, at);
  });
};
const all = () => document.querySelectorAll('[data-chart-area=""]').forEach(begin);
addEventListener("htmx:load", all);
all();
