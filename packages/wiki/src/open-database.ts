import type { DatabaseSync } from "node:sqlite";
import { loadSqlite, resultCodeOf } from "@ktx/sqlite";

/** Opens a database. @param waitMs how long another process may hold it before the failure `busy`. */
export function openDatabase(path: string, waitMs: number = 10_000): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  const database = new Database(path);
  database.exec(`PRAGMA busy_timeout = ${Math.trunc(waitMs)}`);
  return database;
}

/** `damaged`: the file must be made again; `busy`: another process holds it; `unwritable`: the disk or its rights. */
export type DatabaseFailure = "damaged" | "busy" | "unwritable";

/** The kind of a failure by SQLite's own code; undefined where it is no failure of SQLite. */
export function databaseFailureOf(error: unknown): DatabaseFailure | undefined {
  switch (resultCodeOf(error)) {
    case 1: // ERROR: a table that is not there.
    case 11: // CORRUPT
    case 26: // NOTADB
      return "damaged";
    case 5: // BUSY
    case 6: // LOCKED
      return "busy";
    case 3: // PERM
    case 8: // READONLY
    case 10: // IOERR
    case 13: // FULL
    case 14: // CANTOPEN
    case 23: // AUTH
      return "unwritable";
    default:
      return undefined;
  }
}
