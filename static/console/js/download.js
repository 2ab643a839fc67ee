// [data-download="name" data-from="id"] saves that element's text as a file; a Blob leaves no trace in the history.
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-download]");
  if (!button) return;
  event.preventDefault();
  const { download, from } = button.dataset;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([document.getElementById(from).textContent]));
  link.download = download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
  dispatchEvent(new CustomEvent("say", { detail: `${download} saved` }));
});
