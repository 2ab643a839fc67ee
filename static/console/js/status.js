// Says a result in the page's status region: other modules send it as a "say" event.
addEventListener("say", ({ detail }) => {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = detail;
  document.querySelectorAll(".toast").forEach((old) => old.remove());
  document.getElementById("status")?.append(line);
  setTimeout(() => line.remove(), 4000);
});
