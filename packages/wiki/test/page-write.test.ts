import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { callTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import {
  createPagePatch,
  pageWriteTool,
  type WikiError,
  wikiReadTool,
  wikiWhyTool,
} from "../src/index.ts";
import { editFrontMatter } from "../src/edit-front-matter.ts";
import { openProject, type Project } from "./open-project.ts";

const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };

async function write({ wiki, project }: Project, input: object) {
  const tool = pageWriteTool({ sink: wiki, sources: wiki.sources, updated: "2026-11-29" });
  const result = await callTool(tool, { page: "a", ...input }, context);
  return {
    isError: result.isError === true,
    said: JSON.stringify(result.content),
    text: await readFile(join(project, "wiki/a.md"), "utf8").catch(() => ""),
  };
}

/** The version of the page, as a model reads it. */
async function versionRead({ wiki }: Project): Promise<string> {
  const read = await callTool(wikiReadTool(wiki, { showsVersion: true }), { page: "a" }, context);
  return /^\[version ([0-9a-f]{16}):/.exec(textOf(read.content))?.[1] ?? "";
}

function textOf(content: Awaited<ReturnType<typeof callTool>>["content"]): string {
  return content.flatMap((block) => (block.type === "text" ? block.text : [])).join("\n");
}

test("a body replaces only the version that its writer has read", async () => {
  await using scene = await openProject({});
  const first = await write(scene, { title: "A", body: "From one." });
  expect(first).toMatchObject({ isError: false });
  const unread = await write(scene, { title: "A", body: "From another, who never read it." });
  expect(unread).toMatchObject({ isError: true, said: expect.stringContaining("wiki_read") });
  const base = await versionRead(scene);
  await writeFile(join(scene.project, "wiki/a.md"), `${first.text}By hand.\n`);
  const late = await write(scene, { body: "Too late.", base });
  expect(late).toMatchObject({ isError: true, said: expect.stringContaining("since you read it") });
  expect(late.text).toContain("By hand.");
  const again = await write(scene, { body: "Merged.", base: await versionRead(scene) });
  expect(again).toMatchObject({ isError: false, text: expect.stringContaining("Merged.") });
  const next = /version is now ([0-9a-f]{16})/.exec(again.said)?.[1];
  expect(next).toBe(await versionRead(scene));
  await rm(join(scene.project, "wiki/a.md"));
  const gone = await write(scene, { title: "A", body: "Again.", base: next });
  expect(gone).toMatchObject({ isError: true, said: expect.stringContaining("any more") });
});

const foreign = `\uFEFF---\r
# Kept by the design team.\r
cssclass:   wide   # two columns\r
"title":  'Old title'   # shown at the top\r
owner: &me { name: Ann,  team: x }\r
reviewer: *me\r
\r
tags:\r
    - b   # second\r
    - a\r
description: |\r
  Two\r
  lines.\r
---\r
\r
# Refunds\r
\r
Old claim.[^n] Another  claim.[^m]\r
\r
[^n]: A note of ours.\r
\r
## Later\r
\r
Text with trailing spaces.  \r
`;

test("edits change the parts that were named, and no other byte", async () => {
  await using scene = await openProject({ "wiki/a.md": foreign, "s.sql": "select 1;\n" });
  const { text } = await write(scene, {
    edits: [{ old: "Another  claim.[^m]\n", new: "A new claim.[^s1]\n" }],
    citations: [{ id: "s1", source: "s.sql", from: 1, to: 1 }],
  });
  const expected = foreign
    .replace("Another  claim.[^m]", "A new claim.[^s1]")
    .replace("  lines.\r\n", "  lines.\r\nupdated: 2026-11-29\r\n");
  const note = /\[\^s1\]: .*\r\n/.exec(text)?.[0] ?? "?";
  expect(note).toContain("sha256:");
  expect(text.replace(note, "")).toBe(expected);
});

test("a new title, summary and tags change those values alone", async () => {
  await using scene = await openProject({ "wiki/a.md": foreign });
  const { text } = await write(scene, { title: "New: title", summary: "One.", tags: ["c", "d"] });
  expect(text).toBe(
    foreign
      .replace("'Old title'", '"New: title"')
      .replace("- b   # second\r\n    - a", "- c\r\n    - d")
      .replace("  lines.\r\n", "  lines.\r\nsummary: One.\r\nupdated: 2026-11-29\r\n"),
  );
});

test("edits leave a page without front matter without one", async () => {
  await using scene = await openProject({ "wiki/a.md": "# Title\n\nOld text." });
  expect((await write(scene, { edits: [{ old: "Old", new: "New" }] })).text).toBe(
    "# Title\n\nNew text.",
  );
});

test("a citation that nothing refers to any more goes with the claim; other footnotes stay", async () => {
  const hash = "sha256:0123456789abcdef";
  const page = `One.[^s1] Two.[^s2]\n\n[^s1]: [a.sql:1](../a.sql) ${hash}\n[^s2]: [a.sql:2](../a.sql) ${hash}\n[^x]: Never referred to.\n`;
  await using scene = await openProject({ "wiki/a.md": page });
  expect((await write(scene, { edits: [{ old: "One.[^s1] ", new: "" }] })).text).toBe(
    `Two.[^s2]\n\n[^s2]: [a.sql:2](../a.sql) ${hash}\n[^x]: Never referred to.\n`,
  );
});

test.each([
  [{ edits: [{ old: "none", new: "x" }] }, /occurs nowhere/],
  [{ edits: [{ old: "a", new: "x" }] }, /occurs more than once/],
  [{ body: "x", edits: [{ old: "b", new: "x" }] }, /got both/],
  [{ page: "none", edits: [{ old: "b", new: "x" }] }, /there is no none\.md/],
  [{ page: "none" }, /a title and a body/],
  [{ edits: [{ old: "b", new: "x[^q]" }] }, /no citation has that id/],
  [{ edits: [{ old: "b", new: "x\n\n[^q]: own" }] }, /has no \[\^q\]/],
])("what cannot be done changes nothing: %j", async (input, message) => {
  await using scene = await openProject({ "wiki/a.md": "a b a" });
  const { isError, said, text } = await write(scene, input);
  expect({ isError, text }).toEqual({ isError: true, text: "a b a" });
  expect(said).toMatch(message);
});

test("a new body keeps the TOML front matter of other tools", async () => {
  const toml = '+++\ntitle = "Old"\n+++\nOld.\n';
  await using scene = await openProject({ "wiki/a.md": toml });
  const base = await versionRead(scene);
  expect((await write(scene, { title: "New", body: "New.", base })).text).toBe(
    '+++\ntitle = "Old"\n+++\n\nNew.\n',
  );
});

test.each([
  ["title: Old", "title: N\n"],
  ["title:\n", "title: N\n"],
  ["title: # later\nb: 1\n", "title: N # later\nb: 1\n"],
  ["title: >-\n  Old\n  text\nb: 1\n", "title: N\nb: 1\n"],
  ["? title\n: Old\n", "? title\n: N\n"],
  ["  b: 1\n  c: 2\n", "  b: 1\n  c: 2\n  title: N\n"],
  ["b: |+\n  x\n\n", "b: |+\n  x\n\ntitle: N\n"],
  ["# only a comment\n", "# only a comment\ntitle: N\n"],
])("front matter %j gets a title as %j", (yaml, expected) => {
  const old = /Old text|Old/.exec(yaml.replaceAll(/\n\s+/g, " "))?.[0];
  const values = valuesOf(yaml, old);
  expect(editFrontMatter(yaml, values, { title: "N" }).replace(/\n?$/, "\n")).toBe(expected);
});

function valuesOf(yaml: string, title: string | undefined): Record<string, unknown> {
  return {
    ...(yaml.includes("title") ? { title: title ?? null } : {}),
    ...(yaml.includes("b: 1") ? { b: 1 } : {}),
    ...(yaml.includes("b: |") ? { b: "x\n\n" } : {}),
    ...(yaml.includes("c: 2") ? { c: 2 } : {}),
  };
}

test.each(["{ title: Old, b: 1 }\n", "title: &t Old\nalias: *t\n"])(
  "front matter %j is refused, since other values would change",
  (yaml) => {
    const values = yaml.includes("b: 1") ? { title: "Old", b: 1 } : { title: "Old", alias: "Old" };
    expect(() => editFrontMatter(yaml, values, { title: "N", summary: "S" })).toThrow(
      expect.objectContaining<Partial<WikiError>>({ code: "front-matter" }),
    );
  },
);

test("pages whose names only others give are read, searched and edited, in a patch too", async () => {
  await using scene = await openProject({ 'wiki/What is "it"? 50% *x*.md': "Refund text." });
  const name = 'What is "it"? 50% *x*.md';
  const read = await callTool(wikiReadTool(scene.wiki), { page: name }, context);
  expect(JSON.stringify(read.content)).toContain("Refund text.");
  const patch = createPagePatch(scene.wiki);
  const tool = pageWriteTool({ sink: patch, sources: scene.wiki.sources, updated: "2026-11-29" });
  await callTool(tool, { page: name, edits: [{ old: "text", new: "claim" }] }, context);
  expect(patch.edits()).toMatchObject([{ name, text: "Refund claim." }]);
});

test("a page that a model names by its path from the project's folder is the page of that name", async () => {
  await using scene = await openProject({ "wiki/b.md": "# B\n", "sources/a.sql": "select 1;\n" });
  const read = async (page: string): Promise<string> =>
    textOf((await callTool(wikiReadTool(scene.wiki), { page }, context)).content);
  expect(await write(scene, { page: "wiki/a.md", title: "A", body: "One." })).toMatchObject({
    isError: false,
    said: expect.stringContaining("Wrote a.md"),
    text: expect.stringContaining("One."),
  });
  expect(await readdir(join(scene.project, "wiki"))).toEqual(["a.md", "b.md"]);
  expect(await read("wiki/b")).toBe("# B\n");
  const why = await callTool(wikiWhyTool(scene.wiki), { page: "wiki/b.md" }, context);
  expect(textOf(why.content)).toBe("The page cites nothing.");
  // A folder of the wiki may have the wiki's own name.
  await mkdir(join(scene.project, "wiki/wiki"));
  await writeFile(join(scene.project, "wiki/wiki/b.md"), "# Below\n");
  expect(await read("wiki/b.md")).toBe("# Below\n");
});

test("a page whose last line has no line break keeps that under a new body and a new footnote", async () => {
  await using scene = await openProject({ "wiki/a.md": "# A\r\n\r\nOld.", "a.sql": "select 1;\n" });
  const citations = [{ id: "s1", source: "a.sql", from: 1, to: 1 }];
  const edited = await write(scene, { edits: [{ old: "Old.", new: "New.[^s1]" }], citations });
  expect(edited.text).toMatch(/^# A\r\n\r\nNew\.\[\^s1\]\r\n\r\n\[\^s1\]: [^\r\n]+$/);
  const base = await versionRead(scene);
  const replaced = await write(scene, { title: "A", body: "One.\nTwo.", base });
  expect(replaced.text).toMatch(/\r\n\r\nOne\.\r\nTwo\.$/);
});
