// The permission matrix counts what is not saved yet.
const form = document.querySelector(".matrix");
const count = () => {
  form.querySelector("[data-unsaved]").textContent = form.querySelectorAll(".segment input:not([checked]):checked").length;
};
form?.addEventListener("input", count);
form?.addEventListener("reset", () => setTimeout(count));
