/**
 * The script of a report: finding, folding, sorting and keys. A page without it shows the same data. The entries of a
 * long run are text in `noscript` until they are near: the page never holds more elements than a screen needs.
 */
export const script: string = `
"use strict";
const byId = (id) => document.getElementById(id);
const find = byId("find"), failedOnly = byId("failed-only"), found = byId("found");
const lineHeight = 36;

/* Each part is a list of entries: whole in the page, or a box that holds it only while it is near. */
const parts = [...document.querySelectorAll(".chunk, .later")].map((box) => {
  const later = box.matches(".later");
  const html = later ? box.querySelector("noscript").textContent : undefined;
  const size = later ? Number(box.dataset.entries) : box.querySelectorAll(".entry").length;
  return { box, html, size, isThere: !later, facts: undefined, fits: undefined, open: undefined, unfolds: undefined };
});
const partOf = new Map(parts.map((part) => [part.box, part]));
const total = parts.reduce((sum, { size }) => sum + size, 0);

const entriesOf = (root) => [...root.querySelectorAll(".entry")];
const detailsOf = (root) => [...root.querySelectorAll("details")];
const factsOf = (part) => {
  if (part.facts) return part.facts;
  const holder = document.createElement("template");
  if (!part.isThere) holder.innerHTML = part.html;
  part.facts = entriesOf(part.isThere ? part.box : holder.content).map((entry) => ({
    text: entry.textContent.slice(0, 20000).toLowerCase(),
    failed: entry.classList.contains("failed"),
  }));
  return part.facts;
};
const shownIn = ({ fits, size }) => (fits ? fits.filter(Boolean).length : size);
const reserve = (part, height) => { part.box.style.height = (height ?? shownIn(part) * lineHeight) + "px"; };
const filterEntries = (part) => {
  for (const [index, entry] of entriesOf(part.box).entries()) entry.hidden = part.fits ? !part.fits[index] : false;
};
const bring = (part) => {
  if (part.isThere) return;
  part.box.innerHTML = part.html;
  part.box.style.height = "";
  part.isThere = true;
  for (const [index, each] of detailsOf(part.box).entries()) each.open = part.open?.[index] ?? part.unfolds ?? each.open;
  filterEntries(part);
};
const leave = (part) => {
  if (!part.isThere || part.html === undefined || part.box.contains(document.activeElement)) return;
  part.open = detailsOf(part.box).map((each) => each.open);
  reserve(part, part.box.offsetHeight);
  part.box.textContent = "";
  part.isThere = false;
};
const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) (isIntersecting ? bring : leave)(partOf.get(target));
}, { rootMargin: "1500px" });
for (const part of parts)
  if (part.html !== undefined) { part.box.textContent = ""; reserve(part); near.observe(part.box); }
addEventListener("beforeprint", () => parts.forEach(bring));

let timer, round = 0;
const filter = async () => {
  const word = find.value.trim().toLowerCase(), own = ++round;
  const isAll = word === "" && !failedOnly.checked;
  let shown = 0, since = performance.now();
  for (const part of parts) {
    part.fits = isAll ? undefined : factsOf(part).map(({ text, failed }) => (failed || !failedOnly.checked) && text.includes(word));
    const count = shownIn(part);
    shown += count;
    part.box.hidden = count === 0;
    if (part.isThere) filterEntries(part);
    else reserve(part);
    if (performance.now() - since < 15) continue;
    await new Promise((next) => setTimeout(next));
    if (own !== round) return;
    since = performance.now();
  }
  found.textContent = isAll ? "" : shown + " of " + total;
};
if (find) {
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 150); });
  failedOnly.addEventListener("change", filter);
  const foldAll = (open) => {
    for (const part of parts) {
      part.unfolds = open;
      part.open = undefined;
      if (part.isThere) for (const each of detailsOf(part.box)) if (!each.closest("[hidden]")) each.open = open;
    }
  };
  byId("unfold").addEventListener("click", () => foldAll(true));
  byId("fold").addEventListener("click", () => foldAll(false));
}
const shownEntries = (part) => entriesOf(part.box).filter((entry) => !entry.hidden);
const neighbour = (entry, by) => {
  if (!entry) {
    const first = parts.find(({ box }) => !box.hidden);
    if (first) bring(first);
    return first && shownEntries(first)[0];
  }
  let at = parts.findIndex(({ box }) => box.contains(entry));
  const next = shownEntries(parts[at]).at(shownEntries(parts[at]).indexOf(entry) + by);
  const isEdge = by > 0 ? entry === shownEntries(parts[at]).at(-1) : entry === shownEntries(parts[at])[0];
  if (!isEdge) return next;
  do at += by; while (parts[at]?.box.hidden);
  if (!parts[at]) return entry;
  bring(parts[at]);
  return shownEntries(parts[at]).at(by > 0 ? 0 : -1);
};
const move = (by) => {
  const next = neighbour(document.activeElement?.closest(".entry"), by);
  if (!next) return;
  const line = next.querySelector("summary") ?? next.querySelector(".line");
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
