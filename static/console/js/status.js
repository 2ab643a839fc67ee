// Says what a "say" event brings in the page's status region.
const line = document.getElementById("say");
let timer;
addEventListener("say", ({ detail }) => {
  line.textContent = detail;
  clearTimeout(timer);
  timer = setTimeout(() => line.replaceChildren(), 4000);
});
