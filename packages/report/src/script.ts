/** The script of a report: finding, folding, sorting and keys. A page without it shows the same data. */
export const script: string = `
"use strict";
const entries = [...document.querySelectorAll(".entry")];
const byId = (id) => document.getElementById(id);
const find = byId("find"), failedOnly = byId("failed-only"), found = byId("found");
const texts = new Map();
const textOf = (entry) => {
  if (!texts.has(entry)) texts.set(entry, entry.textContent.slice(0, 20000).toLowerCase());
  return texts.get(entry);
};
let timer;
const filter = () => {
  const word = find.value.trim().toLowerCase();
  let shown = 0;
  for (const entry of entries) {
    const fits = (!failedOnly.checked || entry.classList.contains("failed")) && (word === "" || textOf(entry).includes(word));
    entry.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const chunk of document.querySelectorAll(".chunk")) chunk.hidden = !chunk.querySelector(".entry:not([hidden])");
  found.textContent = word === "" && !failedOnly.checked ? "" : shown + " of " + entries.length;
};
if (find) {
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 150); });
  failedOnly.addEventListener("change", filter);
  const foldAll = (open) => { for (const each of document.querySelectorAll(".entry:not([hidden]) details")) each.open = open; };
  byId("unfold").addEventListener("click", () => foldAll(true));
  byId("fold").addEventListener("click", () => foldAll(false));
}
const focusable = (entry) => entry.querySelector("summary") ?? entry.querySelector(".line");
const move = (by) => {
  const open = entries.filter((entry) => !entry.hidden);
  const at = open.findIndex((entry) => entry.contains(document.activeElement));
  const next = open[at < 0 ? 0 : Math.min(open.length - 1, Math.max(0, at + by))];
  if (!next) return;
  const line = focusable(next);
  if (line.tagName !== "SUMMARY") line.tabIndex = -1;
  line.focus();
  next.scrollIntoView({ block: "nearest" });
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/" && find) { event.preventDefault(); find.focus(); }
});
for (const button of document.querySelectorAll("th button"))
  button.addEventListener("click", () => {
    const th = button.closest("th"), table = button.closest("table"), body = table.tBodies[0];
    const column = th.cellIndex;
    const descends = th.getAttribute("aria-sort") !== "descending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", descends ? "descending" : "ascending");
    const keyOf = (row) => { const cell = row.cells[column]; return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value); };
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descends ? -1 : 1);
    body.append(...[...body.rows].sort((a, b) => compare(keyOf(a), keyOf(b))));
  });
`;
