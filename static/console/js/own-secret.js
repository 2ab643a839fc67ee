// [data-rules="field"] marks which of its [data-rule] patterns the field meets as one types.
for (const list of document.querySelectorAll("[data-rules]")) {
  document.getElementById(list.dataset.rules).addEventListener("input", ({ target }) => {
    for (const rule of list.children) {
      rule.toggleAttribute("data-met", new RegExp(rule.dataset.rule).test(target.value));
    }
  });
}
