// [data-slug-of="field"] is proposed from that field as one types, until somebody writes another one.
const simple = (text, longest) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/[^a-z0-9]+/g, "-").slice(0, longest).replace(/^-+|-+$/g, "");
for (const slug of document.querySelectorAll("[data-slug-of]")) {
  const name = slug.form.elements[slug.dataset.slugOf], proposal = () => simple(name.value, slug.maxLength);
  let last = proposal();
  name.addEventListener("input", () => {
    if (slug.value && slug.value !== last) return;
    slug.value = last = proposal();
  });
}
