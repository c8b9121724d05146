import { join } from "node:path";
import { expect, test } from "vitest";
import { keepNote, keepPage, reviewProposal, undoApply } from "../src/index.ts";
import { mergeTexts } from "../src/apply/merge-texts.ts";
import { applyTables } from "../src/scan/apply-tables.ts";
import { makeProject, playRuntime } from "./project.ts";

const windows = (text: string): string => text.replaceAll("\n", "\r\n");

/** The forms that editors and Git give to a text that they do not change otherwise. */
const forms: readonly (readonly [string, (text: string) => string])[] = [
  ["line breaks of CRLF", windows],
  ["a byte order mark", (text) => `\uFEFF${text}`],
  ["no line break at its end", (text) => text.replace(/\n$/, "")],
  ["all three", (text) => `\uFEFF${windows(text.replace(/\n$/, ""))}`],
];

const plainOf = (text: string): string =>
  text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/(?<!\n)$/, "\n");

const first = { "sources/a.md": "A refund is paid within 30 days.\n\nA refund has a day.\n" };
const second = { "sources/b.md": "A refund has one reason.\n" };

test.each(forms)("a merged page keeps %s", (_, form) => {
  const was = "---\ntitle: A\n---\n\n# A\n\n- Zero.\n- One.\n- Two.\n";
  const own = was.replace("# A\n", "# A\n\nOurs.\n");
  const after = was.replace("title: A", "title: A\nsummary: B.").replace("- One.\n", "");
  const merged = own.replace("title: A", "title: A\nsummary: B.").replace("- One.\n", "");
  expect(mergeTexts(form(own), was, after)).toEqual({ text: form(merged), hasConflicts: false });
  const headless = [
    form("# A\n\nOurs.\n\n- Zero.\n- One.\n"),
    "# A\n\n- Zero.\n- One.\n",
    "# A\n\n- Zero.\n- Two.\n",
  ] as const;
  expect(mergeTexts(...headless)).toEqual({
    text: form("# A\n\nOurs.\n\n- Zero.\n- Two.\n"),
    hasConflicts: false,
  });
});

test("each line of a page with both kinds of line breaks keeps its own", () => {
  const own = "# A\r\n\r\nOurs.\n\n- One.\r\n- Two.\n- Three.\r\n";
  const was = "# A\n\n- One.\n- Two.\n- Three.\n";
  expect(mergeTexts(own, was, was.replace("- Two.\n", "- 2.\n"))).toEqual({
    text: "# A\r\n\r\nOurs.\n\n- One.\r\n- 2.\r\n- Three.\r\n",
    hasConflicts: false,
  });
});

test.each(forms)("an ingest and its undo leave a page %s, which is no edit", async (_, form) => {
  await using project = await makeProject(first);
  await project.ingest(playRuntime());
  const before = form(await project.read("wiki/refund.md"));
  await project.write({ "wiki/refund.md": before, ...second });
  expect((await project.ingest(playRuntime())).pages).toMatchObject({
    changed: ["refund.md"],
    proposed: [],
  });
  const after = await project.read("wiki/refund.md");
  expect(after).toContain("- A refund has one reason.[^s");
  expect(after).toBe(form(plainOf(after)));
  await undoApply({ projectDir: project.path });
  expect(await project.read("wiki/refund.md")).toBe(before);
});

test.each(forms)("an undo leaves a page %s that it got since", async (_, form) => {
  await using project = await makeProject(first);
  await project.ingest(playRuntime());
  const before = await project.read("wiki/refund.md");
  await project.write(second);
  await project.ingest(playRuntime());
  await project.write({ "wiki/refund.md": form(await project.read("wiki/refund.md")) });
  expect((await undoApply({ projectDir: project.path })).pages.restored).toEqual(["refund.md"]);
  expect(await project.read("wiki/refund.md")).toBe(form(before));
});

test.each(forms)("a proposal that is accepted leaves a page %s", async (_, form) => {
  await using project = await makeProject(first);
  await project.ingest(playRuntime());
  const own = (await project.read("wiki/refund.md")).replace("# Refund\n", "# Refund\n\nOurs.\n");
  await project.write({ "wiki/refund.md": form(own), ...second });
  expect((await project.ingest(playRuntime())).pages.proposed).toEqual(["refund.md"]);
  await reviewProposal({ projectDir: project.path, id: "refund.md", verdict: "accept" });
  const after = await project.read("wiki/refund.md");
  expect(after).toContain("- A refund has one reason.[^s");
  expect(after).toBe(form(plainOf(after)));
});

test.each(forms)("the page of a table keeps %s", async (_, form) => {
  await using project = await makeProject({});
  const scan = (purpose: string): ReturnType<typeof applyTables> =>
    applyTables({
      projectDir: project.path,
      file: join(project.path, "shop.db"),
      pages: [
        {
          name: "tables/a.md",
          table: { name: "a", columns: [], details: "" },
          description: { purpose, grain: "One.", columns: [], joins: [] },
          kept: [],
        },
      ],
      present: ["tables/a.md"],
      updated: "2026-11-29",
    });
  await scan("It holds one.");
  await project.write({ "wiki/tables/a.md": form(await project.read("wiki/tables/a.md")) });
  expect(await scan("It holds two.")).toMatchObject({ written: ["tables/a.md"], proposed: [] });
  const after = await project.read("wiki/tables/a.md");
  expect(after).toContain("It holds two.");
  expect(after).toBe(form(plainOf(after)));
});

test("a text that is remembered once more leaves the page and the note that a person has edited since", async () => {
  await using project = await makeProject({});
  const note = { projectDir: project.path, text: "A refund is paid.", nowMs: 0 };
  const [page, source] = [await keepPage(note), await keepNote(note)];
  const form = windows(await project.read(source));
  await project.write({ [source]: form });
  expect([await keepPage(note), await keepNote(note)]).toEqual([page, source]);
  expect(await project.read(source)).toBe(form);
  await project.write({ [`wiki/${page}`]: "# Ours\n", [source]: "Ours.\n" });
  const others = [page, source].map((name) => name.replace(/\.md$/, "-2.md"));
  expect([await keepPage(note), await keepNote(note)]).toEqual(others);
  expect([await keepPage(note), await keepNote(note)]).toEqual(others);
  expect(await project.read(`wiki/${page}`)).toBe("# Ours\n");
  expect(await project.read(source)).toBe("Ours.\n");
  expect(await project.read(others[1] ?? "")).toBe("A refund is paid.\n");
});
