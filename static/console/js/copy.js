// [data-copy="id"] copies that element's text; without an id, the text just before the button.
const write = async (source) => {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch { // plain http has no clipboard
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
  }
};
addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await write(document.getElementById(button.dataset.copy) ?? button.previousElementSibling);
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 1500);
  dispatchEvent(new CustomEvent("say", { detail: "Copied" }));
});
