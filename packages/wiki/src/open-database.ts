import type { DatabaseSync } from "node:sqlite";

/** Opens a database; another process may hold it for up to ten seconds. Node 22 warns once about its SQLite. */
export function openDatabase(path: string): DatabaseSync {
  // Loaded when the first database is opened: a program that opens none sees no warning of Node 22.
  const { DatabaseSync: Database } = process.getBuiltinModule("node:sqlite");
  const database = new Database(path);
  database.exec("PRAGMA busy_timeout = 10000");
  return database;
}
