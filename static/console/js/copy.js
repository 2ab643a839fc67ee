// [data-copy="id"] copies that element's text; without an id, the text just before the button.
addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy) ?? button.previousElementSibling;
  getSelection().selectAllChildren(source);
  await navigator.clipboard.writeText(source.textContent.trim());
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 1500);
  dispatchEvent(new CustomEvent("say", { detail: "Copied" }));
});
