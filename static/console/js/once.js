// A form that is on its way is not sent again.
addEventListener("submit", (event) => {
  const { dataset } = event.target;
  if (dataset.sent) event.preventDefault();
  dataset.sent = true;
  setTimeout(() => delete dataset.sent, 3000);
});
