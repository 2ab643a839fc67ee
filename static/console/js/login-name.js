// [data-login-prefix="robot_acme"] shows the login name that its form's name, level and project make.
const output = document.querySelector("[data-login-prefix]");
const form = output?.closest("form");
const show = () => {
  const { name, level, project } = form.elements;
  const chosen = project?.selectedOptions?.[0];
  const slug = level?.value === "organization" ? "" : (chosen?.dataset.slug ?? project?.value ?? "");
  output.textContent = `${output.dataset.loginPrefix}${slug && "."}${slug}+${name.value.trim() || "…"}`;
};
form?.addEventListener("input", show);
if (form) show();
