import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTables } from "../src/scan/open-tables.ts";
import { makeProject } from "./project.ts";

const { DatabaseSync } = process.getBuiltinModule("node:sqlite");

/** Each way in which the text of one statement holds more for SQLite: `{…}` is where that stands. */
test.each([
  ["a name in brackets with a quote", `CREATE TABLE a ([x"] int); {…}; --"`],
  ["a name in brackets with an apostrophe", `CREATE TABLE a ([x'] int); {…}; --'`],
  ["a name in brackets with a backtick", "CREATE TABLE a ([x`] int); {…}; --`"],
  ["a name in brackets with a dollar quote", `CREATE TABLE a ([x$$] int); {…}; --$$`],
  ["a dollar quote", `CREATE TABLE a (x text DEFAULT $$); {…}; --$$);`],
  ["the name of the table", "CREATE TABLE `a``b` (x int); {…}"],
  ["a comment in a comment", `CREATE TABLE a /* /* */ (x int); {…}; /* */ */`],
  ["nothing at all", `CREATE TABLE a (x int); {…}`],
])("a script changes no other database: more behind %s", async (_, script) => {
  await using project = await makeProject({});
  const victim = join(project.path, "victim.db");
  const made = join(project.path, "made.db");
  {
    using database = new DatabaseSync(victim);
    database.exec("CREATE TABLE precious (a); INSERT INTO precious VALUES (1)");
  }
  const attack = [
    `ATTACH DATABASE '${victim}' AS p`,
    "DROP TABLE p.precious",
    "CREATE TABLE p.owned (a)",
    `ATTACH DATABASE '${made}' AS m`,
    "CREATE TABLE m.owned (a)",
  ].join("; ");
  const file = join(project.path, "schema.sql");
  await writeFile(file, script.replace("{…}", attack));
  using _database = await openTables(file);
  using after = new DatabaseSync(victim);
  expect(after.prepare("SELECT name FROM sqlite_schema").all()).toMatchObject([
    { name: "precious" },
  ]);
  await expect(access(made)).rejects.toThrow("ENOENT");
});

test.each([
  "AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
  "/* ( */ AS SELECT 1 AS one",
  "-- (\nAS SELECT 1 AS one",
  "/**/ AS SELECT 1 AS one FROM /**/ (SELECT 1)",
  "/**/ AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c, /**/ (SELECT 1)",
  "/* one */ /* two */ AS SELECT 1 AS one /* three */ (SELECT 1)",
  `${"/* one note */ ".repeat(60)} AS SELECT 1 AS one`,
])("a scan runs no query of a script: %s", async (query) => {
  await using project = await makeProject({});
  const file = join(project.path, "schema.sql");
  await writeFile(file, `CREATE TABLE a ${query};\nCREATE TABLE b (id int);`);
  using database = await openTables(file);
  expect(database.tables.map(({ name }) => name)).toEqual(["b"]);
  expect(database.unread).toEqual([
    { path: "a (line 1)", reason: "The statement lists no columns." },
  ]);
});
