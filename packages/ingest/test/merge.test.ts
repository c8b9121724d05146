import { expect, test } from "vitest";
import { adoptPages } from "../src/page/adopt-pages.ts";
import { cite, createCitedLines } from "../src/page/citation.ts";
import { renderPage } from "../src/page/render-page.ts";
import type { Claim, WikiPages } from "../src/page/wiki-page.ts";
import { sortPatches } from "../src/reconcile/conflict-sets.ts";
import { type Decision, findDecisionProblem } from "../src/reconcile/decision.ts";
import { mergeClaims } from "../src/reconcile/merge-claims.ts";
import type { Patch, PatchNote } from "../src/reconcile/patch.ts";

const claim = (source: string, text: string, section = ""): Claim => ({
  section,
  text,
  citations: [{ source, from: 1, to: 1, hash: "0123456789abcdef" }],
});

const patch = (
  page: string,
  claims: readonly Claim[],
  notes: readonly PatchNote[] = [],
): Patch => ({
  pages: [{ page, title: page, summary: "", tags: [], claims }],
  notes,
});

const none: WikiPages = new Map();

function merge(base: WikiPages, patches: readonly Patch[], decisions: readonly Decision[] = []) {
  const sorted = sortPatches(base, patches);
  const decided = decisions.map((decision, index) => {
    const set = sorted.sets[index];
    if (set === undefined) throw new Error(`There is no set ${index}.`);
    return { set, decision };
  });
  return { sorted, ...mergeClaims({ base, sorted, decided, updated: "2026-11-29" }) };
}

const textsOf = (pages: WikiPages, name: string): readonly string[] =>
  pages.get(name)?.claims.map(({ text }) => text) ?? [];

test("equal claims of two sources become one with both citations, on whatever page they were", () => {
  const { pages, sorted } = merge(none, [
    patch("a.md", [claim("one.md", "A  refund is paid.")]),
    patch("b.md", [claim("two.md", "A refund is paid")]),
  ]);
  expect(sorted.sets).toEqual([]);
  expect([...pages.keys()]).toEqual(["a.md"]);
  expect(pages.get("a.md")?.claims[0]?.citations.map(({ source }) => source)).toEqual([
    "one.md",
    "two.md",
  ]);
});

test.each([
  ["a sign", "The margin is -5 %.", "The margin is 5 %."],
  ["a comparison", "A plan has < 3 seats.", "A plan has > 3 seats."],
  ["a unit", "The link has 5 MB.", "The link has 5 Mb."],
  ["a decimal point", "It takes 1.5 days.", "It takes 15 days."],
])("claims that differ in %s alone are compared, and neither is dropped", (_, one, other) => {
  const { sorted } = merge(none, [
    patch("a.md", [claim("one.md", one)]),
    patch("a.md", [claim("two.md", other)]),
  ]);
  expect(sorted.sets.map(({ claims }) => claims.map(({ text }) => text))).toEqual([[one, other]]);
});

const titled = (page: string, title: string, claims: readonly Claim[]): Patch => ({
  pages: [{ page, title, summary: "", tags: [], claims }],
  notes: [],
});

test("pages of different folders with one title stay two, and their claims are compared", () => {
  const patches = [
    titled("one/overview.md", "Overview", [claim("one.md", "The shop sells books.")]),
    titled("two/overview.md", "Overview", [claim("two.md", "A van brings the parcels.")]),
  ];
  const sorted = sortPatches(none, patches);
  expect(sorted.joined).toEqual([]);
  expect(sorted.sets.map(({ claims }) => claims.map(({ page }) => page))).toEqual([
    ["one/overview.md", "two/overview.md"],
  ]);
  const compatible: Decision = {
    groups: [
      { claims: ["c1"], verdict: "compatible" },
      { claims: ["c2"], verdict: "compatible" },
    ],
  };
  const { pages } = merge(none, patches, [compatible]);
  expect(textsOf(pages, "one/overview.md")).toEqual(["The shop sells books."]);
  expect(textsOf(pages, "two/overview.md")).toEqual(["A van brings the parcels."]);
});

test("new pages of one folder with one title are one page, which is said", () => {
  const { pages, sorted } = merge(none, [
    titled("a/refund.md", "Refund", [claim("one.md", "A refund is paid.", "Payment")]),
    titled("a/refunds.md", "refund", [claim("two.md", "Nobody pays for parcels.", "Parcels")]),
  ]);
  expect([...pages.keys()]).toEqual(["a/refund.md"]);
  expect(sorted.joined).toEqual([{ page: "a/refunds.md", into: "a/refund.md" }]);
});

test("a page that is there has the claims that are meant for it, whatever its title is", () => {
  const { pages: base } = merge(none, [
    titled("refund.md", "Refund", [claim("one.md", "A refund is paid.", "Payment")]),
  ]);
  const later = titled("refunds.md", "Refund", [claim("two.md", "Nobody pays for parcels.", "x")]);
  expect(sortPatches(base, [later]).joined).toHaveLength(1);
  const there = sortPatches(base, [later], new Map([["refunds.md", "# Refund\n"]]));
  expect(there.joined).toEqual([]);
  expect(there.clean.map(({ page }) => page)).toEqual(["refunds.md"]);
});

test("claims of one source are not compared with each other", () => {
  const { sorted, pages } = merge(none, [
    patch("a.md", [
      claim("one.md", "A seat costs 9 euros."),
      claim("one.md", "A seat costs 8 euros."),
    ]),
  ]);
  expect(sorted.sets).toEqual([]);
  expect(textsOf(pages, "a.md")).toHaveLength(2);
});

test("a claim of the wiki meets a new one of another page that is alike", () => {
  const { pages: base } = merge(none, [
    patch("a.md", [claim("one.md", "Refunds are paid within 30 days.")]),
  ]);
  const { sorted } = merge(base, [
    patch("b.md", [claim("two.md", "Refunds are paid within 14 days.")]),
  ]);
  expect(sorted.sets).toHaveLength(1);
  expect(sorted.sets[0]?.claims.map(({ isWritten }) => isWritten)).toEqual([true, false]);
});

test("a contradiction between pages is flagged on both, and each claim stays where it is", () => {
  const { pages: base } = merge(none, [
    patch("a.md", [claim("one.md", "Refunds are paid within 30 days.")]),
  ]);
  const decision: Decision = {
    groups: [{ claims: ["c1", "c2"], verdict: "contradiction", note: "30 against 14 days." }],
  };
  const next = merge(
    base,
    [patch("b.md", [claim("two.md", "Refunds are paid within 14 days.")])],
    [decision],
  );
  for (const name of ["a.md", "b.md"]) {
    expect(textsOf(next.pages, name)).toHaveLength(1);
    expect(next.pages.get(name)?.contradictions).toHaveLength(1);
  }
  // The same judgement again adds no second flag.
  const again = merge(next.pages, [
    patch("b.md", [claim("two.md", "Refunds are paid within 14 days.")]),
  ]);
  expect(again.pages.get("b.md")?.contradictions).toHaveLength(1);
});

test("claims that are the same become one text with all citations, also for a contradiction that names the old one", () => {
  const { pages: base } = merge(none, [
    patch("a.md", [claim("one.md", "Refunds are paid within 30 days.")]),
  ]);
  const by = claim("three.md", "Refunds are never paid.");
  const note = { page: "a.md", claim: "Refunds are paid within 30 days.", by, note: "Never." };
  const decision: Decision = {
    groups: [{ claims: ["c1", "c2"], verdict: "same", text: "A refund is paid within 30 days." }],
  };
  const { pages } = merge(
    base,
    [patch("a.md", [claim("two.md", "Refunds are all paid within 30 days.")], [note])],
    [decision],
  );
  expect(textsOf(pages, "a.md")).toEqual([
    "A refund is paid within 30 days.",
    "Refunds are never paid.",
  ]);
  expect(pages.get("a.md")?.claims[0]?.citations).toHaveLength(2);
  expect(pages.get("a.md")?.contradictions[0]?.claims.map(({ text }) => text)).toEqual(
    textsOf(pages, "a.md"),
  );
});

test("a noted contradiction with a claim that is gone still keeps what the source says", () => {
  const by = claim("two.md", "Refunds are never paid.");
  const note = { page: "a.md", claim: "It is gone.", by, note: "x" };
  const { pages } = merge(none, [patch("a.md", [claim("two.md", "A plan has a price.")], [note])]);
  expect(textsOf(pages, "a.md")).toContain("Refunds are never paid.");
});

test("new claims of a set without a judgement do not land; those of the wiki stay", () => {
  const { pages: base } = merge(none, [
    patch("a.md", [claim("one.md", "Refunds are paid within 30 days.")]),
  ]);
  const { pages } = merge(base, [
    patch("a.md", [claim("two.md", "Refunds are paid within 14 days.")]),
  ]);
  expect(pages).toEqual(base);
});

test("a judgement names each claim once", () => {
  const problem = (...groups: readonly string[][]): string | undefined =>
    findDecisionProblem(["c1", "c2"], {
      groups: groups.map((claims) => ({ claims, verdict: "compatible" })),
    });
  expect(problem(["c1"], ["c2"])).toBeUndefined();
  expect(problem(["c1"])).toContain("c2 is missing");
  expect(problem(["c1", "c2"], ["c3"])).toContain("got c3");
  expect(problem(["c1", "c2"], ["c1"])).toContain("in two groups");
});

test("cited lines are found where they moved to, also indented or with blank lines between", () => {
  const cited = cite("a.md", ["one", "two words", "three"], 1, 2);
  if (cited === undefined) throw new Error("The lines have text.");
  const find = (...lines: string[]) => createCitedLines(lines).find(cited);
  expect(find("one", "two words")).toEqual(cited);
  expect(find("new", "  one", "", "two   words")).toMatchObject({ from: 2, to: 4 });
  expect(find("one", "two other words")).toBeUndefined();
  expect(cite("a.md", ["one", ""], 2, 2)).toBeUndefined();
  expect(cite("a.md", ["one"], 1, 2)).toBeUndefined();
});

test("a page that ktx wrote is read back as what it says; an edited one is not ktx's", () => {
  const { pages } = merge(
    none,
    [
      patch("a.md", [
        claim("one.md", "Refunds are paid within 30 days.", "Time"),
        claim("one.md", "A `x` is | fine."),
      ]),
      patch("a.md", [claim("two (2).md", "Refunds are paid within 14 days.", "Time")]),
    ],
    [{ groups: [{ claims: ["c1", "c2"], verdict: "contradiction", note: "Days (differ)." }] }],
  );
  const [page] = pages.values();
  if (page === undefined) throw new Error("There is a page.");
  const text = renderPage("a.md", page);
  const adopted = adoptPages(new Map([["a.md", text]])).get("a.md");
  expect(adopted && renderPage("a.md", adopted)).toBe(text);
  expect(adopted?.contradictions[0]?.claims.map((one) => one.text)).toEqual([
    "Refunds are paid within 30 days.",
    "Refunds are paid within 14 days.",
  ]);
  expect(
    adoptPages(new Map([["a.md", text.replace("## Time", "Some words.\n\n## Time")]])).size,
  ).toBe(0);
});

test("each of ten thousand equal lines that moved is found at its nearest place", () => {
  const count = 10_000;
  const lines = Array.from({ length: count }, () => "The same.");
  // Every other place has another line now, so that half of the citations have to look.
  const { find } = createCitedLines(lines.map((line, at) => (at % 2 === 0 ? line : "Other.")));
  const one = cite("a.md", lines, 1, 1);
  if (one === undefined) throw new Error("The line has no citation.");
  const places = lines.map((_, at) => find({ ...one, from: at + 1, to: at + 1 })?.from);
  expect(places).toEqual(lines.map((_, at) => (at % 2 === 0 ? at + 1 : at)));
});
