// [data-download="name" data-from="id"] saves that element's text; a Blob leaves no trace.
addEventListener("click", (event) => {
  const { download, from } = event.target.closest("[data-download]")?.dataset ?? {};
  if (!download) return;
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([document.getElementById(from).textContent]));
  link.download = download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
  dispatchEvent(new CustomEvent("say", { detail: `${download} saved` }));
});
