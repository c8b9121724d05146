import type { DatabaseSync } from "node:sqlite";

/**
 * Empties the log of a file that was removed, or that another one was moved over. SQLite keeps that log under the old
 * name, and would lay it over the file that has this name next. A moved file has its content.
 */
export function leaveMovedFile(database: DatabaseSync): void {
  try {
    if (!database.isTransaction) database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Another process still reads the log.
  }
}
