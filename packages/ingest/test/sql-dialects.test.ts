import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openDdl } from "../src/scan/open-ddl.ts";
import { makeProject } from "./project.ts";
import { scan } from "../src/index.ts";
import { createScriptedRuntime } from "@ktx/codex-runtime/testing";

/** The tables of a script with the names of their columns, and the places of those that it cannot read. */
function read(sql: string): {
  readonly tables: readonly string[];
  readonly unread: readonly string[];
} {
  using database = openDdl(new TextEncoder().encode(sql));
  const unread = database.unread.map(({ path }) => path);
  expect(database.isPartial).toBe(unread.length > 0);
  return {
    tables: database.tables.map(
      ({ name, columns }) => `${name}(${columns.map((one) => one.name).join(", ")})`,
    ),
    unread,
  };
}

test.each([
  [
    "a backslash in a text of MySQL",
    "CREATE TABLE `a` (`id` int COMMENT 'can\\'t (, x', n int) ENGINE=InnoDB;\nINSERT INTO `a` VALUES (1,'don\\'t');\nCREATE TABLE `b` (`id` int);",
    ["a(id, n)", "b(id)"],
  ],
  [
    "a backslash in a text of a script without another sign of MySQL",
    "create table a (id int);\ninsert into a values ('don\\'t');\ncreate table b (id int);",
    ["a(id)", "b(id)"],
  ],
  [
    "a backslash at the end of a text of SQLite, which has backticks, too",
    "pragma foreign_keys=off;\ncreate table `a` (id int);\ninsert into `a` values ('C:\\');\ncreate table b (id int);",
    ["a(id)", "b(id)"],
  ],
  [
    "statements of SQL Server without a semicolon",
    "USE db\nGO\nCREATE TABLE [dbo].[a] ([it's] int)\nGO\nCREATE TABLE b (id int)\ngo 2\nIF 1 = 1\nBEGIN\n  CREATE TABLE c (id int)\nEND\nIF 2 = 2 CREATE TABLE dbo.d (id int)",
    ["a(it's)", "b(id)", "c(id)", "d(id)"],
  ],
  [
    "statements of Oracle that a slash ends",
    "CREATE TABLE a (id NUMBER(10))\n/\nPROMPT it's b\nCREATE TABLE b (id VARCHAR2(9) DEFAULT q'[it's, (]', n int)\n/\nINSERT INTO b VALUES (nq'!it's!')\n/\nCREATE TABLE c (id int)\n/\n",
    ["a(id)", "b(id, n)", "c(id)"],
  ],
  [
    "a comment of MySQL that begins with a number sign",
    "# it's a comment\nCREATE TABLE a (id int, # it's\n n int);\n# it's\nCREATE TABLE b (id int);",
    ["a(id, n)", "b(id)"],
  ],
  [
    "data of PostgreSQL, and comments in comments",
    "CREATE TABLE a (id int);\nCOPY public.a (id, t) FROM stdin;\n1\tit's; CREATE TABLE no (x int)\n2\t\"x $$ /*\n\\.\nCREATE TABLE b (id int);\n/* a /* b's */ it's */\nCREATE TABLE c (id jsonb);\n\\connect other\nCREATE TABLE d (id int);\nCOPY public.d FROM stdin;\n\\.\n",
    ["a(id)", "b(id)", "c(id)", "d(id)"],
  ],
  [
    "a comment in a comment of a script without a sign",
    "/* a /* b */ it's */\ncreate table a (id int);",
    ["a(id)"],
  ],
  [
    "a text of PostgreSQL with escapes, and a default in dollar quotes",
    "CREATE TABLE a (t text DEFAULT E'it\\'s, (', u text DEFAULT $q$x ( , ; $q$, n int);\nINSERT INTO a VALUES (E'it\\'s', 'C:\\');\nCREATE TABLE b (id int);",
    ["a(t, u, n)", "b(id)"],
  ],
  [
    "a body of a function that has a table of its own",
    "create function f() returns void as $$\nbegin\n  create temp table t (id int);\n  perform 'it''s';\nend $$ language plpgsql;\ncreate table a (id int);",
    ["a(id)"],
  ],
  [
    "a statement in a text",
    "CREATE TABLE a (t text);\nINSERT INTO a VALUES ('x\\'y; CREATE TABLE fake (secret int); z');\nCREATE TABLE b (id int);",
    ["a(t)", "b(id)"],
  ],
  [
    "a statement in a comment that MySQL runs",
    "/*!50503 CREATE TABLE `a` (`id` int) ENGINE=InnoDB */;\n/*!40101 SET x = 1 */;\n/* CREATE TABLE `b` (`id` int); */",
    ["a(id)"],
  ],
  [
    "a delimiter of MySQL",
    "DELIMITER $$\nCREATE PROCEDURE p()\nBEGIN\n  SELECT `x` FROM `y`;\nEND$$\nCREATE TABLE a (id int)$$\nDELIMITER ;\nCREATE TABLE `b` (id int);",
    ["a(id)", "b(id)"],
  ],
  [
    "a right to create tables",
    "create table a (id int);\ngrant create session,\n  create table,\n  create view to b;\ngrant\ncreate table to c;\ngrant create table to d;",
    ["a(id)"],
  ],
  [
    "a word of a dialect before the table",
    "create multiset table a (id int);\ncreate hybrid table b (id int);\ncreate index i on table a (id);\ncreate type t as table (x int);",
    ["a(id)", "b(id)"],
  ],
])("no table is lost behind %s", (_, sql, tables) => {
  expect(read(sql)).toEqual({ tables, unread: [] });
  expect(read(sql.replaceAll("\n", "\r\n"))).toEqual({ tables, unread: [] });
});

test("a comment between the words of a statement hides no table", () => {
  const sql =
    "create /* the users */ table users (id int);\ncreate -- c\n table orders (id int);\ncreate table if not exists /* x */ t (id int);";
  expect(read(sql)).toEqual({ tables: ["orders(id)", "t(id)", "users(id)"], unread: [] });
});

test("text with an escaped quote in front of a word makes no table", () => {
  const sql =
    "create or replace TABLE T2 (A VARCHAR);\ninsert into T2 values ('say \\'hi', 'x\ncreate table FROMDATA (a int)\ny');";
  expect(read(sql)).toEqual({ tables: ["T2(A)"], unread: ["FROMDATA (line 3)"] });
});

test("a name of SQLite in brackets may have an apostrophe", () => {
  const sql =
    "CREATE TABLE t(a, [it's] text);\nINSERT INTO t VALUES(1,'x');\nCREATE TABLE u(a INTEGER PRIMARY KEY AUTOINCREMENT);";
  expect(read(sql)).toEqual({ tables: ["t(a, it's)", "u(a)"], unread: [] });
});

test("another table of the same name is named, and the same one again is not", () => {
  const users = "CREATE TABLE IF NOT EXISTS users (id int)";
  expect(read(`${users};\n${users};`)).toEqual({ tables: ["users(id)"], unread: [] });
  expect(read(`${users};\n${users.replace("int", "int, name text")};`)).toEqual({
    tables: ["users(id)"],
    unread: ["users (line 2)"],
  });
});

test("thousands of tables are read, and thousands of heads without a table make none", () => {
  const create = (number: number): string => `create table t${number} (id int);`;
  const sql = Array.from({ length: 3_000 }, (_, number) => create(number)).join("\n");
  expect(read(sql).tables).toHaveLength(3_000);
  const gaps = ["create /*", "create /**/".repeat(60), `create table${" ".repeat(300)}, x;`];
  for (const gap of gaps) expect(read(`${gap}\n`.repeat(2_000)).tables).toEqual([]);
});

test("a table behind one whose list does not end is read, and that one is named", () => {
  const sql =
    "CREATE TABLE a (id int;\nCREATE TABLE b (id int);\nCREATE TABLE c (id int\nCREATE TABLE d (id int);";
  expect(read(sql)).toEqual({
    tables: ["b(id)", "d(id)"],
    unread: ["a (line 1)", "c (line 3)"],
  });
});

test("a table that a misread text hides is named with its line, and one in a comment is not", () => {
  const sql =
    "create table a (id int);\n/* x\ncreate table no (id int);\n*/\n-- create table no (id int);\ninsert into a values ('it's');\ncreate table s.b (id int);\n  create temporary table \"c\" (id int);\n/* open\ncreate table d (id int);\n";
  expect(read(sql)).toEqual({
    tables: ["a(id)"],
    unread: ["b (line 7)", "c (line 8)", "d (line 10)"],
  });
});

test("a script that was cut off in its data makes no table of the data", () => {
  const copy = "CREATE TABLE a (id int);\nCOPY public.a (id, t) FROM stdin;\n";
  expect(read(`${copy}1\tx; CREATE TABLE no (x int);\n2\tCREATE TABLE no (`)).toEqual({
    tables: ["a(id)"],
    unread: [],
  });
  // Columns of data have a tab between them.
  expect(read(`${copy}select\tx; CREATE TABLE no (x int);\n`).tables).toEqual(["a(id)"]);
  // Its data was taken from this one.
  for (const next of [
    "",
    "\n",
    "-- b\n",
    "COMMIT;\n",
    "begin;\n",
    "ANALYZE a;\n",
    "WITH x AS (SELECT 1) SELECT 1;\n",
  ])
    expect(read(`${copy}${next}CREATE TABLE b (id int);\n`).tables).toEqual(["a(id)", "b(id)"]);
});

test.each(["c", "'{cluster}'", "{cluster}", "`c`"])(
  "a table on the cluster %s is read",
  (cluster) => {
    const sql = `CREATE TABLE db.t ON CLUSTER ${cluster}\n(id UInt64, at DateTime) ENGINE = MergeTree ORDER BY id;`;
    expect(read(sql)).toEqual({ tables: ["t(id, at)"], unread: [] });
  },
);

test("a table that refers to itself or to none that there is, and one that counts, are read", () => {
  const sql =
    'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, up REFERENCES a(nope), b REFERENCES none(id));\nCREATE TABLE `a"b` (id int);\nCREATE TABLE b (id int);';
  expect(read(sql)).toEqual({ tables: ["a(id, up, b)", 'a"b(id)', "b(id)"], unread: [] });
});

test("an index of any dialect is no column, and a column with the name of a clause is one", () => {
  const sql = [
    "create table a (n text default now(), FULLTEXT `ft` (`n`), FULLTEXT (n), SPATIAL KEY g (n), KEY `k, (` (n), key using btree (n), INDEX ix n TYPE minmax GRANULARITY 4, INDEX iy CLUSTERED COLUMNSTORE, INDEX iz NONCLUSTERED (n));",
    "create table b (key enum('a'), index numeric(10, 2), fulltext varchar(9), like int default now());",
    "create table c (key int default floor(x), spatial uuid default f());",
  ];
  expect(read(sql.join("\n"))).toEqual({
    tables: ["a(n)", "b(key, index, fulltext, like)", "c(key, spatial)"],
    unread: [],
  });
});

test.each(["x like y", "x of y", "x (like y)", "x (like s.y including all, n int)"])(
  "`create table %s` says that it lists no columns",
  (table) => {
    using database = openDdl(new TextEncoder().encode(`create table ${table};`));
    expect(database.tables).toEqual([]);
    expect(database.unread).toEqual([
      { path: "x (line 1)", reason: "The statement lists no columns." },
    ]);
  },
);

test("a temporary table of SQL Server is skipped", () => {
  using database = openDdl(new TextEncoder().encode("create table #t (id int)\ngo\n"));
  expect(database).toMatchObject({ skipped: [{ path: "line 1" }], unread: [], isPartial: false });
});

test("of any text, each line that creates a table has the table, or is named", () => {
  const words =
    "' \" ` $ [ ] ( ; / # \\ $$ $a$ */ /*!5 -- E' q'[ \\' \\. N'x' it's create table engine=x serial int, `a`";
  const pieces = [
    ...words.split(" ").flatMap((word) => [word, `${word} `]),
    "\n",
    "\nGO\n",
    "\n/\n",
    "\n\\.\n",
    "\nDELIMITER $$\n",
    "copy a from stdin;\n",
    "\ncreate view v as ",
  ];
  const part = fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.array(part, { maxLength: 9 }), (a, b) => {
      // Nothing before it closes a comment, or opens a body, around the line.
      const before = a.join("").replaceAll(/\/\*|as|do/gi, "");
      const script = `${before}\ncreate table zz (id int);\n${b.join("")}`;
      using database = openDdl(new TextEncoder().encode(script));
      const line = before.replaceAll(/\r\n?/g, "\n").split("\n").length + 1;
      const places = database.unread.map(({ path }) => path);
      expect([...database.tables.map(({ name }) => name), ...places]).toSatisfy(
        (names: readonly string[]) =>
          names.some((one) => one === "zz" || one.includes(`line ${line}`)),
      );
    }),
    { numRuns: 300 },
  );
});

test("a page stays while a table that its script creates cannot be read", async () => {
  await using project = await makeProject({
    "schema.sql": "create table a (id int);\ncreate table b (id int);\n",
  });
  const runtime = createScriptedRuntime(() => ({
    object: { purpose: "It holds rows.", grain: "One row.", columns: [], joins: [] },
  }));
  const file = join(project.path, "schema.sql");
  const options = { projectDir: project.path, file, runtime, model: "m", retry: { attempts: 1 } };
  await scan(options);
  await project.write({
    "schema.sql":
      "create table a (id int);\ninsert into a values ('it's');\ncreate table b (id int);\n",
  });
  expect(await scan(options)).toMatchObject({
    unread: [
      {
        path: "b (line 3)",
        reason: "The line is inside of a quoted text or of another statement.",
      },
    ],
    pages: { removed: [] },
  });
});
