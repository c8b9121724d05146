import { execFileSync } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createScriptedRuntime } from "@ktx/codex-runtime/testing";
import { expect, test } from "vitest";
import { listProposals, reviewProposal, scan, type ScanReport, undoApply } from "../src/index.ts";
import { openTables } from "../src/scan/open-tables.ts";
import { cloneOf, makeProject, playRuntime, type TestProject } from "./project.ts";

function write(project: TestProject, name: string, sql: string): void {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using database = new DatabaseSync(join(project.path, name));
  database.exec(sql);
}

function run(project: TestProject, name: string): Promise<ScanReport> {
  const runtime = createScriptedRuntime(() => ({
    object: { purpose: "It holds rows.", grain: "One row.", columns: [], joins: [] },
  }));
  const file = join(project.path, name);
  return scan({ projectDir: project.path, file, runtime, model: "m", retry: { attempts: 1 } });
}

test("a second database has pages of its own where the first one has the names", async () => {
  await using project = await makeProject({});
  write(project, "a.db", "CREATE TABLE users (id, email)");
  write(project, "b.db", "CREATE TABLE users (uid, name, age); CREATE TABLE orders (id)");
  expect((await run(project, "a.db")).pages.written).toEqual(["tables/users.md"]);
  const first = (await project.wiki())["tables/users.md"];
  const second = await run(project, "b.db");
  expect(second.pages.written).toEqual(["tables/orders.md", "tables/b/users.md"]);
  const wiki = await project.wiki();
  expect(wiki["tables/users.md"]).toBe(first);
  expect(wiki["tables/b/users.md"]).toContain("| uid |");
  // Each keeps its pages, in a clone and after an ingest, too.
  await project.write({ "sources/a.md": "A refund is paid within 30 days.\n" });
  await project.ingest(playRuntime());
  await using clone = await cloneOf(project, ["wiki"]);
  for (const name of ["a.db", "b.db"]) await cp(join(project.path, name), join(clone.path, name));
  for (const one of [project, clone])
    for (const name of ["b.db", "a.db", "b.db"])
      expect((await run(one, name)).pages).toEqual({ written: [], proposed: [], removed: [] });
});

test("a copy, and a database with the same name elsewhere, overwrite nothing", async () => {
  await using project = await makeProject({ "x/.keep": "", "y/.keep": "" });
  for (const name of ["x/shop.db", "y/shop.db", "shop.db"])
    write(project, name, "CREATE TABLE users (id)");
  await run(project, "shop.db");
  const first = await project.wiki();
  expect((await run(project, "x/shop.db")).pages.written).toEqual(["tables/shop/users.md"]);
  const [third = ""] = (await run(project, "y/shop.db")).pages.written;
  expect(third).toMatch(/^tables\/shop-[0-9a-f]{8}\/users\.md$/);
  expect(await project.wiki()).toMatchObject(first);
});

test("a page of an earlier version belongs to the database that its summary names", async () => {
  await using project = await makeProject({});
  write(project, "a.db", "CREATE TABLE users (id)");
  write(project, "b.db", "CREATE TABLE users (uid)");
  await run(project, "a.db");
  for (const file of [".ktx/ingest/ledger.json", "wiki/.ktx.json"]) {
    const path = join(project.path, file);
    const { tables, ...earlier } = JSON.parse(await readFile(path, "utf8"));
    expect(tables).toEqual({ "tables/users.md": "a.db" });
    await writeFile(path, `${JSON.stringify(earlier, null, 1)}\n`);
  }
  expect((await run(project, "b.db")).pages.written).toEqual(["tables/b/users.md"]);
  expect((await run(project, "a.db")).pages.written).toEqual([]);
});

test("the page of a table that is gone goes, and one that a person edited waits in the review", async () => {
  await using project = await makeProject({});
  write(project, "a.db", "CREATE TABLE users (id); CREATE TABLE orders (id); CREATE TABLE t (id)");
  write(project, "b.db", "CREATE TABLE others (id)");
  await run(project, "a.db");
  await run(project, "b.db");
  const edited = `${await project.read("wiki/tables/t.md")}\nOurs.\n`;
  await project.write({ "wiki/tables/t.md": edited });
  write(project, "a.db", "DROP TABLE orders; DROP TABLE t");
  const report = await run(project, "a.db");
  expect(report.pages).toEqual({
    written: [],
    proposed: ["tables/t.md"],
    removed: ["tables/orders.md"],
  });
  expect(Object.keys(await project.wiki())).toEqual([
    "tables/others.md",
    "tables/t.md",
    "tables/users.md",
  ]);
  expect(await project.read("wiki/tables/t.md")).toBe(edited);
  expect(await listProposals(project.path)).toMatchObject([
    { reason: "A person edited this page. Its table is gone from the database." },
  ]);
  expect((await run(project, "a.db")).pages).toEqual({ written: [], proposed: [], removed: [] });
  await reviewProposal({ projectDir: project.path, id: "tables/t.md", verdict: "accept" });
  expect(Object.keys(await project.wiki())).toEqual(["tables/others.md", "tables/users.md"]);
});

test("the page of a table that is gone comes back with an undo, and with the table", async () => {
  await using project = await makeProject({});
  write(project, "a.db", "CREATE TABLE users (id); CREATE TABLE orders (id)");
  await run(project, "a.db");
  write(project, "a.db", "DROP TABLE orders");
  await run(project, "a.db");
  expect(await undoApply({ projectDir: project.path })).toMatchObject({
    pages: { restored: ["tables/orders.md"] },
  });
  expect((await run(project, "a.db")).pages.removed).toEqual(["tables/orders.md"]);
  write(project, "a.db", "CREATE TABLE orders (id)");
  expect((await run(project, "a.db")).pages.written).toEqual(["tables/orders.md"]);
});

test("a view is named as skipped, and keeps no page of a dropped table", async () => {
  await using project = await makeProject({});
  const sql = "CREATE TABLE a (id); CREATE TABLE b (id); CREATE VIEW seen AS SELECT id FROM a";
  write(project, "a.db", sql);
  const reason = "It is a view. A scan describes tables.";
  expect(await run(project, "a.db")).toMatchObject({ skipped: [{ path: "seen", reason }] });
  write(project, "a.db", "DROP TABLE b");
  expect((await run(project, "a.db")).pages.removed).toEqual(["tables/b.md"]);
});

test("a database that another program has locked is named as such", async () => {
  await using project = await makeProject({});
  write(project, "a.db", "CREATE TABLE a (id)");
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  using other = new DatabaseSync(join(project.path, "a.db"));
  other.exec("BEGIN EXCLUSIVE");
  await expect(run(project, "a.db")).rejects.toMatchObject({
    name: "UnreadableDatabaseError",
    isLocked: true,
  });
});

test("a script in which a statement could not be read removes no page", async () => {
  await using project = await makeProject({
    "schema.sql": "create table a (id int);\ncreate table b (id int);\n",
  });
  await run(project, "schema.sql");
  await project.write({ "schema.sql": "create table a (id int);\ncreate table b (id int,;\n" });
  const report = await run(project, "schema.sql");
  expect(report).toMatchObject({ unread: [{ path: "b (line 2)" }], pages: { removed: [] } });
  await rm(join(project.path, "schema.sql"));
  await project.write({ "schema.sql": "create table a (id int);\n" });
  expect((await run(project, "schema.sql")).pages.removed).toEqual(["tables/b.md"]);
});

/** The columns of the tables of a script, in the order of their names. */
async function columnsOf(sql: string): Promise<Readonly<Record<string, readonly string[]>>> {
  await using project = await makeProject({ "schema.sql": sql });
  using database = await openTables(join(project.path, "schema.sql"));
  expect(database.unread).toEqual([]);
  return Object.fromEntries(
    database.tables.map(({ name, columns }) => [
      name,
      columns.map((one) => `${one.name}: ${one.type}`),
    ]),
  );
}

test("the columns of a PostgreSQL table are read, whatever their defaults and checks are", async () => {
  const sql = `create table public.orders (
  id uuid primary key default gen_random_uuid(), -- the, id
  created_at timestamptz not null default now(),
  "Total ""net""" numeric(10, 2) check (total > 0 and total < 9),
  tags text[] default '{}'::text[],
  n bigint generated always as identity,
  at timestamp(3) without time zone default (now() at time zone 'utc'),
  state character varying(10) default 'a,b);'::character varying not null,
  constraint one unique (id), exclude using gist (at with &&)
) partition by range (created_at);
create unlogged table notes (key text, index int default floor(1));`;
  expect(await columnsOf(sql)).toEqual({
    notes: ["key: text", "index: int"],
    orders: [
      "id: uuid",
      "created_at: timestamptz",
      'Total "net": numeric(10, 2)',
      "tags: text[]",
      "n: bigint",
      "at: timestamp(3) without time zone",
      "state: character varying(10)",
    ],
  });
});

test("the columns of tables of other databases are read", async () => {
  const mysql =
    "CREATE TABLE `users` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `key` varchar(20) character set utf8 COMMENT 'a, key', kind enum('a','b'), PRIMARY KEY (`id`), KEY `idx` (`kind`), UNIQUE KEY u (`key`), FULLTEXT KEY f (kind)) ENGINE=InnoDB;";
  const others =
    "create or replace table events (s struct<a int64, b array<string>>, d int64 options(description='x')); create table [dbo].[ms] ([id] int identity(1,1) not null, [n] nvarchar(max));";
  expect(await columnsOf(mysql + others)).toEqual({
    events: ["s: struct<a int64, b array<string>>", "d: int64"],
    ms: ["id: int", "n: nvarchar(max)"],
    users: ["id: int(11) unsigned", "key: varchar(20)", "kind: enum('a','b')"],
  });
});

test("a script names what it has beside tables, and tables that cannot be read, with their lines", async () => {
  await using project = await makeProject({
    "schema.sql": `create table users (id int);
create view seen as select 1;
create table users_1 partition of users for values from (1) to (2);
create table audit.users (id int default now());
create table if not exists users (id int);
create table users (id int);
create temporary table copied as select 1;
create table (id int);
create publication all_of for table users;
create virtual table words using fts5(text);
create table 'words_data' (id integer primary key, block blob);
`,
  });
  using database = await openTables(join(project.path, "schema.sql"));
  expect(database.tables.map(({ name }) => name)).toEqual(["audit.users", "users", "words_data"]);
  expect(database.skipped.map(({ path }) => path)).toEqual([
    "seen (line 2)",
    "users_1 (line 3)",
    "words (line 10)",
  ]);
  expect(database.unread).toEqual([
    { path: "users (line 6)", reason: "The script creates a table of this name before." },
    { path: "copied (line 7)", reason: "The statement lists no columns." },
    { path: "line 8", reason: "The table has no name that can be read." },
  ]);
});

test.skipIf(process.platform === "win32")(
  "a pipe is refused, and nobody waits for its writer",
  async () => {
    await using project = await makeProject({});
    const pipe = join(project.path, "schema.sql");
    execFileSync("mkfifo", [pipe]);
    await expect(openTables(pipe)).rejects.toThrow("Expected a file to scan: it is not a file.");
  },
);
