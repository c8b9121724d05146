import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openWiki } from "../src/index.ts";
import { openPageFolder } from "../src/page-folder.ts";
import { openProject } from "./open-project.ts";

test("an index that another process holds is left alone", async () => {
  await using scene = await openProject({ "wiki/a.md": "Refunds." });
  await scene.wiki.refresh();
  await scene.wiki[Symbol.asyncDispose]();
  using other = new DatabaseSync(join(scene.project, ".ktx/wiki.db"));
  other.exec("BEGIN IMMEDIATE; INSERT INTO link VALUES (77, 'kept')");
  await using again = await openWiki({ projectDir: scene.project, freshMs: 0 });
  expect(await again.search("refunds")).toHaveLength(1);
  other.exec("COMMIT");
  expect(other.prepare("SELECT page FROM link WHERE key = 'kept'").all()).toHaveLength(1);
});

test.each([
  ["of another version", "PRAGMA user_version = 99"],
  ["without its tables", "DROP TABLE words; DROP TABLE link"],
])("an index %s is made again", async (_, sql) => {
  await using scene = await openProject({ "wiki/a.md": "Refunds." });
  await scene.wiki.refresh();
  await scene.wiki[Symbol.asyncDispose]();
  {
    using other = new DatabaseSync(join(scene.project, ".ktx/wiki.db"));
    other.exec(sql);
  }
  await using again = await openWiki({ projectDir: scene.project });
  expect(await again.search("refunds")).toHaveLength(1);
});

test("an index that is damaged while it is open is made again", async () => {
  await using scene = await openProject({ "wiki/a.md": "Refunds." });
  expect(await scene.wiki.search("refunds")).toHaveLength(1);
  using other = new DatabaseSync(join(scene.project, ".ktx/wiki.db"));
  other.exec("DROP TABLE words");
  expect(await scene.wiki.search("refunds")).toHaveLength(1);
});

test("an index that another one replaces while it is open shows the pages, and leaves that one whole", async () => {
  await using scene = await openProject({ "wiki/a.md": "Refunds." });
  await using elsewhere = await openProject({ "wiki/b.md": "Orders." });
  await elsewhere.wiki.search("orders");
  await elsewhere.wiki[Symbol.asyncDispose]();
  expect(await scene.wiki.search("refunds")).toHaveLength(1);
  const index = join(scene.project, ".ktx/wiki.db");
  await rename(join(elsewhere.project, ".ktx/wiki.db"), index);
  expect(await scene.wiki.search("refunds")).toHaveLength(1);
  expect(await scene.wiki.search("orders")).toEqual([]);
  using other = new DatabaseSync(index);
  expect(other.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(other.prepare("SELECT name FROM page").all()).toEqual([{ name: "a.md" }]);
});

test("writers share one lock, also after the data folder was removed", async () => {
  await using scene = await openProject({});
  using early = openPageFolder(scene.project, "wiki", 20);
  early.write({ name: "a.md", text: "One.", baseHash: null });
  await rm(join(scene.project, ".ktx"), { recursive: true });
  using late = openPageFolder(scene.project, "wiki", 20);
  late.write({ name: "b.md", text: "Two.", baseHash: null });
  {
    using holder = new DatabaseSync(join(scene.project, ".ktx/wiki.lock"));
    holder.exec("BEGIN EXCLUSIVE");
    for (const folder of [early, late])
      expect(() => folder.write({ name: "c.md", text: "Three.", baseHash: null })).toThrow(
        "another program holds",
      );
  }
  early.write({ name: "c.md", text: "Three.", baseHash: null });
  expect(late.walk().files).toHaveLength(3);
});

test("something else in the place of the index, or of its folder, costs only the file", async () => {
  await using scene = await openProject({ "wiki/a.md": "Refunds." });
  await scene.wiki[Symbol.asyncDispose]();
  for (const name of ["wiki.db", "wiki.db-wal", "wiki.db-shm"]) {
    await rm(join(scene.project, ".ktx", name), { force: true });
  }
  await mkdir(join(scene.project, ".ktx/wiki.db/x"), { recursive: true });
  await using again = await openWiki({ projectDir: scene.project });
  expect(await again.search("refunds")).toHaveLength(1);
});

test("two wikis of one project have an index each", async () => {
  await using scene = await openProject({ "wiki/a.md": "One.", "docs/b.md": "Two." });
  await using docs = await openWiki({ projectDir: scene.project, folder: "docs", freshMs: 0 });
  expect((await scene.wiki.list()).map(({ name }) => name)).toEqual(["a.md"]);
  expect((await docs.list()).map(({ name }) => name)).toEqual(["b.md"]);
  expect((await scene.wiki.list()).map(({ name }) => name)).toEqual(["a.md"]);
});

test("a damaged lock refuses the write with the next step, and no page changes", async () => {
  await using scene = await openProject({});
  await mkdir(join(scene.project, ".ktx"), { recursive: true });
  await writeFile(join(scene.project, ".ktx/wiki.lock"), "no database ".repeat(100));
  await expect(scene.wiki.write({ name: "a.md", text: "x", baseHash: null })).rejects.toMatchObject(
    { code: "page-unwritable", message: expect.stringContaining("Remove it") },
  );
  expect(await readdir(scene.project)).toEqual([".ktx"]);
});
