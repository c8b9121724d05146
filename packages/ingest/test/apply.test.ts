import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { commitApply, recoverApply } from "../src/apply/commit-apply.ts";
import { emptyLedger, writeLedger } from "../src/apply/ledger.ts";
import { planApply } from "../src/apply/plan-apply.ts";
import { foldersOf } from "../src/apply/project-folders.ts";
import { proposalFile, readProposals } from "../src/apply/proposals.ts";
import type { WikiPage } from "../src/page/wiki-page.ts";
import { renderPage } from "../src/page/render-page.ts";
import { hashPage } from "../src/apply/wiki-memory.ts";
import { keepPages } from "../src/reconcile/patch.ts";
import { makeProject, playRuntime } from "./project.ts";

const applyOf = (path: string) => ({
  folders: foldersOf(path),
  id: "one",
  changes: [
    { page: "a.md", before: "a old\n", after: "a new\n" },
    { page: "deep/b.md", before: undefined, after: "b new\n" },
    { page: "c.md", before: "c old\n", after: undefined },
  ],
  ledgerBefore: undefined,
  ledger: writeLedger(emptyLedger),
  proposals: [],
  settled: [],
});

test.each([0, 1, 2, 3])(
  "an apply that died after %i pages is finished by the next run",
  async (written) => {
    await using folder = await makeTestFolder("apply");
    const wiki = join(folder.path, "wiki");
    await mkdir(join(wiki, "deep"), { recursive: true });
    await writeFile(join(wiki, "a.md"), "a old\n");
    await writeFile(join(wiki, "c.md"), "c old\n");
    const input = applyOf(folder.path);
    expect(await commitApply(input)).toEqual({ id: "one", passed: [] });
    // The state in which the process died: the journal has its entry, and the later pages are as before.
    if (written < 1) await writeFile(join(wiki, "a.md"), "a old\n");
    if (written < 2) await rm(join(wiki, "deep/b.md"));
    if (written < 3) await writeFile(join(wiki, "c.md"), "c old\n");
    await rm(input.folders.ledger);
    await writeFile(input.folders.journal, JSON.stringify({ id: "one" }));
    expect(await recoverApply(input.folders)).toEqual({ id: "one", passed: [] });
    expect(await readFile(join(wiki, "a.md"), "utf8")).toBe("a new\n");
    expect(await readFile(join(wiki, "deep/b.md"), "utf8")).toBe("b new\n");
    await expect(readFile(join(wiki, "c.md"))).rejects.toThrow("ENOENT");
    expect(await readFile(input.folders.ledger, "utf8")).toBe(writeLedger(emptyLedger));
    expect(await recoverApply(input.folders)).toBeUndefined();
  },
);

test("a page that somebody edits while it is applied keeps that text, and has a proposal", async () => {
  await using folder = await makeTestFolder("apply");
  await mkdir(join(folder.path, "wiki"));
  await writeFile(join(folder.path, "wiki/a.md"), "a person's\n");
  await writeFile(join(folder.path, "wiki/c.md"), "c old\n");
  const input = applyOf(folder.path);
  expect((await commitApply(input)).passed).toEqual(["a.md"]);
  expect(await readFile(join(folder.path, "wiki/a.md"), "utf8")).toBe("a person's\n");
  expect([...(await readProposals(input.folders.proposals)).values()]).toMatchObject([
    { kind: "page", page: "a.md", text: "a new\n" },
  ]);
});

const at = (name: string) =>
  `${JSON.stringify({ version: 1, sources: {}, pages: {}, bases: { [name]: "x" } })}\n`;

test.each([
  ["a page", { changes: [{ page: "tables/.md", before: undefined, after: "x\n" }] }],
  ["a page of the ledger", { ledger: at("a:b.md") }],
  ["a page of the ledger before", { ledgerBefore: at("../b.md") }],
  ["a settled proposal", { settled: ["../b.json"] }],
  ["a proposal", { proposals: [{ file: "page-1.json", text: '{"kind":"page","page":".md"}' }] }],
  ["the apply itself", { id: "a/b" }],
])(
  "a name that could not be read again is refused before anything is written: %s",
  async (_, bad) => {
    await using folder = await makeTestFolder("apply");
    const input = applyOf(folder.path);
    await expect(commitApply({ ...input, ...bad })).rejects.toThrow(Error);
    expect(await readdir(folder.path)).toEqual([]);
    expect(await recoverApply(input.folders)).toBeUndefined();
  },
);

test("a unit's page with an unusable name is left out, and the others stay", () => {
  const pageOf = (name: string) => ({ page: name, title: "", summary: "", tags: [], claims: [] });
  const patch = { pages: [pageOf("a.md"), pageOf("tables/.md")], notes: [] };
  expect(keepPages(patch)).toEqual({
    patch: { pages: [pageOf("a.md")], notes: [] },
    refused: ["tables/.md"],
  });
});

test("a file of another name in the memory that Git brings does not break the ledger", async () => {
  const text = "Ours.\n";
  await using project = await makeProject({
    "sources/a.md": "A refund is paid within 30 days.\n",
    "wiki/a:b.md": text,
    "wiki/.ktx.json": JSON.stringify({
      version: 1,
      sources: {},
      pages: { "a:b.md": hashPage(text) },
    }),
  });
  await project.ingest(playRuntime());
  expect(await project.ingest(playRuntime())).toMatchObject({ outcome: "unchanged" });
  expect(await project.read("wiki/a:b.md")).toBe(text);
});

test("nothing is written through a link of the wiki", async () => {
  await using folder = await makeTestFolder("apply");
  await using outside = await makeTestFolder("outside");
  await mkdir(join(folder.path, "wiki"));
  await symlink(outside.path, join(folder.path, "wiki/deep"));
  const input = applyOf(folder.path);
  expect((await commitApply(input)).passed).toContain("deep/b.md");
  await expect(readFile(join(outside.path, "b.md"))).rejects.toThrow("ENOENT");
});

test("an apply that cannot be staged changes nothing and says so", async () => {
  await using project = await makeProject({ "sources/a.md": "A refund is paid within 30 days.\n" });
  // A file in the place of the folder: as on a full disk, the record cannot be written.
  await project.write({ ".ktx/ingest/applies": "" });
  await expect(project.ingest(playRuntime())).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await project.wiki()).toEqual({});
  await rm(join(project.path, ".ktx/ingest/applies"));
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({ outcome: "applied" });
  expect(runtime.calls).toEqual([]);
});

test("a ledger that ktx did not write is an error that names the file", async () => {
  await using project = await makeProject({
    "sources/a.md": "A refund is paid.\n",
    ".ktx/ingest/ledger.json": "{oops",
  });
  await expect(project.ingest(playRuntime())).rejects.toMatchObject({
    name: "StoreError",
    message: expect.stringMatching(/ledger\.json.*Restore it/),
  });
});

test("a page with broken front matter is a person's, and stays", async () => {
  const broken = "---\ntitle: [oops\n---\n\n# Refund\n";
  await using project = await makeProject({
    "sources/a.md": "A refund is paid within 30 days.\n",
    "wiki/refund.md": broken,
  });
  const report = await project.ingest(playRuntime());
  expect(report.pages.proposed).toEqual(["refund.md"]);
  expect(await project.read("wiki/refund.md")).toBe(broken);
});

const page = (...texts: string[]): WikiPage => ({
  title: "Refund",
  summary: "",
  tags: [],
  updated: "2026-11-29",
  claims: texts.map((text, index) => ({
    section: "",
    text,
    citations: [{ source: "a.md", from: index + 1, to: index + 1, hash: "0123456789abcdef" }],
  })),
  contradictions: [],
});

test("an edit elsewhere on the page and a new claim merge without a conflict", () => {
  const before = page("One.", "Two.", "Three.");
  const after = page("One.", "Two.", "Three.", "Four.");
  const current = renderPage("refund.md", before).replace("# Refund", "# Refunds of ours");
  const [proposal] = planApply({
    old: new Map([["refund.md", before]]),
    next: new Map([["refund.md", after]]),
    bases: new Map(),
    files: new Map([["refund.md", current]]),
    blocked: new Map(),
  }).proposals;
  expect(proposal).toMatchObject({ reason: "A person edited this page.", hasConflicts: false });
  expect(proposal?.text).toContain("# Refunds of ours");
  expect(proposal?.text).toContain("- Four.");
});

test("both versions of lines that both changed are in the proposal", () => {
  const before = page("One.");
  const current = renderPage("refund.md", before).replace("- One.", "- Uno.");
  const [proposal] = planApply({
    old: new Map([["refund.md", before]]),
    next: new Map([["refund.md", page("Eins.")]]),
    bases: new Map(),
    files: new Map([["refund.md", current]]),
    blocked: new Map(),
  }).proposals;
  expect(proposal).toMatchObject({ hasConflicts: true });
  expect(proposal?.text).toMatch(/<<<<<<< this page\n- Uno\..*\n=======\n- Eins\..*\n>>>>>>> ktx/);
});

test("other line breaks are no edit of a person", () => {
  const before = page("One.");
  const plan = planApply({
    old: new Map([["refund.md", before]]),
    next: new Map([["refund.md", page("One.", "Two.")]]),
    bases: new Map(),
    files: new Map([["refund.md", renderPage("refund.md", before).replaceAll("\n", "\r\n")]]),
    blocked: new Map(),
  });
  expect(plan).toMatchObject({ changes: [{ page: "refund.md" }], proposals: [] });
});

test("a proposal that its own apply was to settle waits where the page was passed over", async () => {
  await using folder = await makeTestFolder("apply");
  await mkdir(join(folder.path, "wiki/a.md"), { recursive: true });
  const input = applyOf(folder.path);
  const { file } = proposalFile({ kind: "page", page: "a.md", reason: "", hasConflicts: false });
  expect((await commitApply({ ...input, settled: [file] })).passed).toContain("a.md");
  expect([...(await readProposals(input.folders.proposals)).keys()]).toContain(file);
});
