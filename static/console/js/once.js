// A form that is on its way is not sent again, unless another tab takes its answers.
addEventListener("submit", (event) => {
  const { dataset, target } = event.target;
  if (target) return;
  if (dataset.sent) event.preventDefault();
  dataset.sent = true;
  setTimeout(() => delete dataset.sent, 3000);
});
