import { expect, test } from "vitest";
import { extendedCodeOf, loadSqlite, resultCodeOf } from "../src/index.ts";

test("the module is loaded without its own warning, and every other warning passes", () => {
  const warned: unknown[] = [];
  const { emitWarning } = process;
  process.emitWarning = (warning: unknown): void => void warned.push(warning);
  try {
    const { DatabaseSync } = loadSqlite();
    using database = new DatabaseSync(":memory:");
    expect(database.prepare("SELECT 1 AS one").get()).toEqual({ one: 1 });
    process.emitWarning("Something else.");
  } finally {
    process.emitWarning = emitWarning;
  }
  expect(warned).toEqual(["Something else."]);
});

test("an error of SQLite has its primary code, and any other value has none", () => {
  const { DatabaseSync } = loadSqlite();
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE t (a TEXT UNIQUE) STRICT; INSERT INTO t VALUES ('x')");
  const codeOf = (sql: string): number | undefined => {
    try {
      database.exec(sql);
      return 0;
    } catch (error) {
      return resultCodeOf(error);
    }
  };
  expect(["SELECT 1", "SELECT * FROM u", "INSERT INTO t VALUES ('x')"].map(codeOf)).toEqual([
    0, 1, 19,
  ]);
  expect([new Error("no"), { errcode: 5 }, undefined].map(resultCodeOf)).toEqual(
    Array.from({ length: 3 }, () => undefined),
  );
});

test("an error of SQLite has its extended code", () => {
  const { DatabaseSync } = loadSqlite();
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE t (a TEXT UNIQUE) STRICT; INSERT INTO t VALUES ('x')");
  let thrown: unknown;
  try {
    database.exec("INSERT INTO t VALUES ('x')");
  } catch (error) {
    thrown = error;
  }
  // SQLITE_CONSTRAINT_UNIQUE
  expect([thrown, new Error("no")].map(extendedCodeOf)).toEqual([2_067, undefined]);
});
