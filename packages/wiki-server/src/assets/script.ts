/** Search while the reader types, and `/` to begin. Every page works without it. */
export const script = `"use strict";
const box = document.getElementById("q");
const main = document.getElementById("main");
const before = main.innerHTML;
let latest = 0;
let timer;
async function search() {
  const mine = ++latest;
  const words = box.value.trim();
  if (words === "") { main.innerHTML = before; return; }
  const answer = await fetch("/hits?q=" + encodeURIComponent(words)).catch(() => undefined);
  if (mine !== latest) return;
  main.innerHTML = answer !== undefined && answer.ok
    ? await answer.text()
    : "<p role='status'>The server of this wiki does not answer. Start it again with: ktx wiki serve</p>";
}
box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 80); });
document.addEventListener("keydown", (event) => {
  if (event.target === box) {
    if (event.key === "Escape") { box.value = ""; void search(); }
    if (event.key === "ArrowDown") { const first = main.querySelector(".hits a"); if (first) { event.preventDefault(); first.focus(); } }
    return;
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); box.focus(); box.select(); }
});
`;
