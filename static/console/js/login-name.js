// [data-login-prefix="robot_acme"] shows the login name that its form's name, level and project make.
const output = document.querySelector("[data-login-prefix]");
const form = output?.form;
const show = () => {
  const { name, level } = form.elements;
  const chosen = form.querySelector("[data-slug]:checked")?.dataset.slug;
  const slug = level?.value === "organization" || !chosen ? "" : `.${chosen}`;
  output.value = `${output.dataset.loginPrefix}${slug}+${name.value.trim() || "…"}`;
};
form?.addEventListener("input", show);
if (form) show();
