import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createScriptedRuntime } from "@ktx/codex-runtime/testing";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import {
  scan,
  type ScanOptions,
  type ScanReport,
  undoApply,
  UnreadableDatabaseError,
} from "../src/index.ts";
import { applyTables } from "../src/scan/apply-tables.ts";
import { makeProject, playRuntime, type TestProject } from "./project.ts";

/** 20 tables: each `t<n>` refers to `t<n-1>`, and has a column that only looks as if it did. */
function makeDatabase(path: string): void {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(path);
  for (let index = 0; index < 20; index += 1) {
    database.exec(
      `CREATE TABLE t${index} (id INTEGER PRIMARY KEY, up_id INTEGER, fake_id INTEGER)`,
    );
    database.exec(`INSERT INTO t${index} VALUES (1, 1, 900), (2, 2, 901)`);
  }
}

/** Proposes a true join, a false one, and one to a table that there is not. The table t7 makes it fail. */
function playScan() {
  return createScriptedRuntime(({ prompt }) => {
    const [, name = ""] = /Describe the table "([^"]+)"/.exec(prompt) ?? [];
    if (name === "t7") return { failure: { kind: "server", message: "It is broken." } };
    const up = `t${Math.max(0, Number(name.slice(1)) - 1)}`;
    return {
      object: {
        purpose: `It holds what ${name} holds.`,
        grain: "One thing.",
        columns: [{ name: "up_id", meaning: "The thing | above it." }],
        joins: [
          { column: "up_id", toTable: up, toColumn: "id" },
          { column: "fake_id", toTable: up, toColumn: "id" },
          { column: "up_id", toTable: "nowhere", toColumn: "id" },
        ],
      },
      usage: { inputTokens: 10, outputTokens: 1, totalTokens: 11 },
    };
  });
}

function run(project: TestProject, options: Partial<ScanOptions> = {}): Promise<ScanReport> {
  return scan({
    projectDir: project.path,
    file: join(project.path, "shop.db"),
    runtime: playScan(),
    model: "gpt-5.5",
    retry: { attempts: 1 },
    ...options,
  });
}

test("of 20 tables, one of which fails, 19 have pages, and joins are kept where the data agrees", async () => {
  await using project = await makeProject({});
  makeDatabase(join(project.path, "shop.db"));
  const report = await run(project);
  expect(report).toMatchObject({
    ended: "finished",
    tables: 20,
    failures: [{ source: "t7", failure: { kind: "server" } }],
    joins: { kept: 19, refused: 38 },
    tokens: 19 * 11,
  });
  expect(report.pages.written).toHaveLength(19);
  const wiki = await project.wiki();
  expect(Object.keys(wiki)).toHaveLength(19);
  expect(wiki["tables/t3.md"]).toContain("| up_id | INTEGER | The thing above it. |");
  expect(wiki["tables/t3.md"]).toContain("- up_id to t2.id: the data agrees");
  expect(wiki["tables/t3.md"]).not.toContain("fake_id to");
  await using checked = await openWiki({ projectDir: project.path });
  expect((await checked.check()).findings).toEqual([]);

  // A second scan asks nothing and changes nothing; --only-failed asks for the one.
  const again = playScan();
  expect((await run(project, { runtime: again })).pages).toEqual({
    written: [],
    proposed: [],
    removed: [],
  });
  expect(again.asked).toHaveLength(0);
  await run(project, { runtime: again, onlyFailed: true });
  expect(again.asked).toHaveLength(1);
});

test("a scan of failed tables alone counts the tables that it leaves", async () => {
  await using project = await makeProject({});
  makeDatabase(join(project.path, "shop.db"));
  const runtime = playScan();
  const left = await run(project, { runtime, onlyFailed: true });
  expect(left).toMatchObject({ ended: "finished", open: left.tables, failures: [] });
  expect(left.tables).toBeGreaterThan(0);
  expect(runtime.asked).toHaveLength(0);
  expect(await run(project, { runtime })).toMatchObject({ open: 0 });
});

test("a page that a person edited stays, and has a proposal once the table changes", async () => {
  await using project = await makeProject({});
  const file = join(project.path, "shop.db");
  makeDatabase(file);
  await run(project);
  const page = join(project.path, "wiki/tables/t3.md");
  const edited = `${await readFile(page, "utf8")}\nOurs.\n`;
  await writeFile(page, edited);
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(file);
  database.exec("ALTER TABLE t3 ADD COLUMN colour TEXT");
  const report = await run(project);
  expect(report.pages).toMatchObject({ proposed: ["tables/t3.md"] });
  expect(report.waiting).toEqual({ pages: 1, sets: 0 });
  // The next scan proposes nothing new, and says what still waits.
  expect(await run(project)).toMatchObject({ pages: { proposed: [] }, waiting: { pages: 1 } });
  expect(await readFile(page, "utf8")).toBe(edited);
});

test("DDL of another database is read; what cannot be read is named; joins are not checked", async () => {
  await using project = await makeProject({
    "schema.sql":
      "-- The shop.\nCREATE TABLE public.t1 (id uuid PRIMARY KEY, up_id uuid, fake_id int);\ninsert into t1 values (1);\ncreate table t0 (id bigint);\ncreate table broken (;\n",
  });
  const report = await run(project, { file: join(project.path, "schema.sql") });
  expect(report).toMatchObject({
    tables: 2,
    unread: [{ path: "broken (line 5)", reason: "incomplete input" }],
    skipped: [],
  });
  expect((await project.wiki())["tables/t1.md"]).toContain(
    "- up_id to t0.id: not checked, there is no data",
  );
});

test("names and answers that are made to break a page are plain text in it", async () => {
  await using project = await makeProject({});
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(join(project.path, "shop.db"));
  database.exec('CREATE TABLE "../../x"" y" (a INTEGER, "b | <b>" TEXT)');
  const hostile = "<script>x</script>\n---\n# Owned [^s1]";
  const runtime = createScriptedRuntime(() => ({
    object: {
      purpose: hostile,
      grain: hostile,
      columns: [{ name: "a", meaning: hostile }],
      joins: [],
    },
  }));
  await run(project, { runtime });
  const [[name, text] = ["", ""], ...others] = Object.entries(await project.wiki());
  expect(others).toEqual([]);
  expect(name).toMatch(/^tables\/x-y-[0-9a-f]{8}\.md$/);
  expect(text).not.toMatch(/(?<!\\)<(?:script|b)\b/);
  expect(text.match(/^---$/gm)).toHaveLength(2);
  expect(text).not.toMatch(/^# Owned/m);
});

test("another file is refused with what is expected", async () => {
  await using project = await makeProject({
    "a.txt": "x",
    "b.json": "{}",
    "c.db": "SQLite format 3\0broken",
  });
  for (const name of ["a.txt", "b.json", "c.db", "none.db"])
    await expect(run(project, { file: join(project.path, name) })).rejects.toThrow(
      UnreadableDatabaseError,
    );
});

test.each([
  ["", /^tables\/[0-9a-f]{8}\.md$/],
  [" ", /^tables\/[0-9a-f]{8}\.md$/],
  [".", /^tables\/[0-9a-f]{8}\.md$/],
  ["表", /^tables\/[0-9a-f]{8}\.md$/],
  ["con", /^tables\/con-[0-9a-f]{8}\.md$/],
])(
  "a table with the name %j has a page, and the next scan, ingest and undo work",
  async (given, page) => {
    await using project = await makeProject({ "sources/a.md": "A refund is paid.\n" });
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    using database = new DatabaseSync(join(project.path, "shop.db"));
    database.exec(`CREATE TABLE "${given}" (a INTEGER)`);
    const runtime = createScriptedRuntime(() => ({
      object: { purpose: "It holds things.", grain: "One thing.", columns: [], joins: [] },
    }));
    const { pages } = await run(project, { runtime });
    expect(pages.written).toEqual([expect.stringMatching(page)]);
    expect(await run(project, { runtime })).toMatchObject({ pages: { written: [] }, skipped: [] });
    expect(await project.ingest(playRuntime())).toMatchObject({ outcome: "applied" });
    await undoApply({ projectDir: project.path });
    expect((await undoApply({ projectDir: project.path })).pages.removed).toEqual(pages.written);
    await using checked = await openWiki({ projectDir: project.path });
    expect((await checked.check()).findings).toEqual([]);
  },
);

test("the tables inside a full-text index have no page, and a table of an unknown module costs itself alone", async () => {
  await using project = await makeProject({});
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(join(project.path, "shop.db"));
  database.exec("CREATE TABLE notes_data (a); CREATE VIRTUAL TABLE docs USING fts5(body)");
  database.exec("CREATE TABLE sqlitewise (a)");
  database.enableDefensive(false);
  database.exec("PRAGMA writable_schema = 1");
  database.exec(
    "INSERT INTO sqlite_schema VALUES ('table', 'shapes', 'shapes', 0, 'CREATE VIRTUAL TABLE shapes USING nomodule(a)')",
  );
  const runtime = createScriptedRuntime(() => ({
    object: { purpose: "It holds things.", grain: "One thing.", columns: [], joins: [] },
  }));
  const report = await run(project, { runtime });
  expect(report.pages.written).toEqual([
    "tables/docs.md",
    "tables/notes_data.md",
    "tables/sqlitewise.md",
  ]);
  expect(report.skipped).toEqual([{ path: "shapes", reason: expect.stringContaining("nomodule") }]);
});

test("a join of a column with itself is no join, and one within a table is kept where the data agrees", async () => {
  await using project = await makeProject({});
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(join(project.path, "shop.db"));
  database.exec("CREATE TABLE people (id INTEGER, boss INTEGER, room INTEGER)");
  database.exec("INSERT INTO people VALUES (1, NULL, 7), (2, 1, 8)");
  const to = { toTable: "people", toColumn: "id" };
  const runtime = createScriptedRuntime(() => ({
    object: {
      purpose: "It holds people.",
      grain: "One person.",
      columns: [],
      joins: ["id", "boss", "room"].map((column) => ({ column, ...to })),
    },
  }));
  expect(await run(project, { runtime })).toMatchObject({ joins: { kept: 1, refused: 2 } });
  const page = (await project.wiki())["tables/people.md"];
  expect(page).toContain("## Joins\n\n- boss to people.id: the data agrees\n");
});

test.each([
  ["empty.db", /^Expected a database with tables, got none in .*empty\.db\.$/],
  ["broken.sql", /got none in .*broken\.sql\. x \(line 2\): /],
  ["manifest.json", /got none in/],
])("%s has no tables, which is no success", async (name, sentence) => {
  await using project = await makeProject({
    "broken.sql": "select 1;\ncreate table x (;\n",
    "manifest.json": JSON.stringify({ metadata: { dbt_schema_version: "v12" }, nodes: {} }),
  });
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(join(project.path, "empty.db"));
  database.exec("CREATE TABLE t (a); DROP TABLE t");
  const scanned = run(project, { file: join(project.path, name) });
  await expect(scanned).rejects.toThrow(sentence);
  await expect(scanned).rejects.toThrow(UnreadableDatabaseError);
});

test("a name that no page can have costs that page alone", async () => {
  await using project = await makeProject({});
  const table = { name: "x", columns: [], details: "" };
  const description = { purpose: "It holds x.", grain: "One x.", columns: [], joins: [] };
  const pages = ["tables/.md", "tables/x.md", "../x.md"].map((name) => ({
    name,
    table,
    description,
    kept: [],
  }));
  const given = {
    projectDir: project.path,
    file: "shop.db",
    pages,
    present: undefined,
    updated: "2026-11-29",
  };
  expect(await applyTables(given)).toEqual({
    written: ["tables/x.md"],
    proposed: [],
    removed: [],
    refused: ["tables/.md", "../x.md"],
  });
  expect(await undoApply({ projectDir: project.path })).toMatchObject({
    pages: { removed: ["tables/x.md"] },
  });
});
