import type { DatabaseSync } from "node:sqlite";
import type { Database, Skipped, Table, TableColumn, TableJoin } from "./table.ts";

/** The tables of an open database, which goes with the result. */
export function describeSqlite(database: DatabaseSync): Database {
  const { tables, virtual } = readTables(database);
  const views = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    .all()
    .map(({ name }) => ({ path: String(name), reason: viewReason }));
  return {
    tables,
    skipped: [...virtual, ...views],
    unread: [],
    isPartial: virtual.length > 0,
    check: (join) => checkJoin(database, join),
    [Symbol.dispose]: () => database.close(),
  };
}

/** The tables of an open database, and virtual tables that it cannot describe. */
export function readTables(database: DatabaseSync): {
  readonly tables: readonly Table[];
  readonly virtual: readonly Skipped[];
} {
  // Shadow tables are the inside of a virtual one, such as the index of a full-text search.
  const rows = database
    .prepare(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
       ORDER BY name`,
    )
    .all();
  const virtual: Skipped[] = [];
  const tables = rows.flatMap((row): readonly Table[] => {
    const name = String(row["name"]);
    try {
      return [{ name, columns: columnsOf(database, name), details: String(row["sql"] ?? "") }];
    } catch (error) {
      // A virtual table of a module that is not there.
      virtual.push({ path: name, reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  });
  return { tables, virtual };
}

/** Why a view is skipped. */
export const viewReason = "It is a view. A scan describes tables.";

function columnsOf(database: DatabaseSync, table: string): readonly TableColumn[] {
  return database
    .prepare("SELECT name, type FROM pragma_table_info(?) ORDER BY cid")
    .all(table)
    .map(({ name, type }) => ({ name: String(name), type: String(type) }));
}

/** Looks at up to 10,000 values. */
function checkJoin(
  database: DatabaseSync,
  { table, column, toTable, toColumn }: TableJoin,
): ReturnType<Database["check"]> {
  const [from, value, to, key] = [table, column, toTable, toColumn].map(quoteName);
  const row = database
    .prepare(
      `SELECT count(*) AS total, coalesce(sum(value NOT IN (SELECT ${key} FROM ${to} WHERE ${key} IS NOT NULL)), 0) AS lost
       FROM (SELECT DISTINCT ${value} AS value FROM ${from} WHERE ${value} IS NOT NULL LIMIT 10000)`,
    )
    .get();
  if (Number(row?.["total"] ?? 0) === 0) return "no-data";
  return Number(row?.["lost"] ?? 0) === 0 ? "agrees" : "disagrees";
}

/** A name as SQLite reads it. Pure. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
