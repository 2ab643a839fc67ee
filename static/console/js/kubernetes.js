// The pull secret beside [data-form="kubernetes"] has its namespace and scope, so that Copy takes what Download does.
addEventListener("input", ({ target: { form } }) => {
  if (form?.dataset.form !== "kubernetes") return;
  const { namespace, scope } = form.elements, shown = document.querySelector("#text-kubernetes code");
  const name = namespace.value.trim() || "default", { config } = scope.selectedOptions[0].dataset;
  shown.textContent = shown.textContent
    .replace(/namespace: .*/, () => `namespace: ${name === "default" ? name : JSON.stringify(name)}`)
    .replace(/(dockerconfigjson: ).*/, `$1${config}`);
});
