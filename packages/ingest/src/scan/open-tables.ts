import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { loadSqlite } from "@ktx/sqlite";
import { isDbtManifest, readDbtNodes } from "../read/dbt-manifest.ts";
import { sqlReader, splitSql } from "../read/sql-reader.ts";
import { decodeText } from "../read/source-text.ts";
import type { Database, Table, TableColumn, TableJoin } from "./table.ts";

/** The input is not a database that ktx reads. The message is a sentence for people. */
export class UnreadableDatabaseError extends Error {
  override readonly name = "UnreadableDatabaseError";
  /** True where another program has the database locked: it can be read later. */
  readonly isLocked: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isLocked?: boolean } = {}) {
    super(message, options);
    this.isLocked = options.isLocked ?? false;
  }
}

/**
 * Opens the tables of a SQLite file, of a script with DDL, or of a dbt manifest. Nothing is written.
 *
 * @throws {UnreadableDatabaseError}
 */
export async function openTables(file: string): Promise<Database> {
  const content = await readFile(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableDatabaseError(`Expected a file to scan: ${reason}.`, { cause: error });
  });
  if (content.subarray(0, 15).toString("latin1") === "SQLite format 3") return openSqlite(file);
  const ending = extname(file).toLowerCase();
  if (ending === ".json") return openManifest(file, content);
  if (ending === ".sql" || ending === ".ddl") return await openDdl(content);
  throw new UnreadableDatabaseError(
    `Expected a SQLite file, a script with DDL (.sql, .ddl) or a dbt manifest.json, got ${file}.`,
  );
}

function openSqlite(file: string): Database {
  const { DatabaseSync: Sqlite } = loadSqlite();
  try {
    const database = new Sqlite(file, { readOnly: true });
    return describeSqlite(database, []);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isLocked = /database (?:table )?is locked/.test(reason);
    throw new UnreadableDatabaseError(`${file} could not be read: ${reason}.`, {
      cause: error,
      isLocked,
    });
  }
}

/** SQLite itself reads the DDL, whatever the types of its columns. */
async function openDdl(content: Uint8Array): Promise<Database> {
  const { DatabaseSync: Sqlite } = loadSqlite();
  const { lines } = await sqlReader.read(content);
  const database = new Sqlite(":memory:");
  const skipped: { path: string; reason: string }[] = [];
  for (const { text, line } of splitSql(lines.join("\n")).filter((one) => isCreate(one.text)))
    try {
      const name = text.replace(
        /^(\s*create\s+table\s+(?:if\s+not\s+exists\s+)?)(?:["`]?\w+["`]?\s*\.\s*)+/i,
        "$1",
      );
      database.exec(name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      skipped.push({ path: `line ${line}`, reason });
    }
  return describeSqlite(database, skipped);
}

function isCreate(statement: string): boolean {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*create\s+table\b/i.test(statement);
}

function describeSqlite(database: DatabaseSync, skipped: Database["skipped"]): Database {
  // Shadow tables are the inside of a virtual one, such as the index of a full-text search.
  const rows = database
    .prepare(
      `SELECT name, sql FROM sqlite_schema AS one WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND NOT EXISTS (SELECT 1 FROM pragma_table_list AS known
           WHERE known.schema = 'main' AND known.name = one.name AND known.type = 'shadow')
       ORDER BY name`,
    )
    .all();
  const unread: { path: string; reason: string }[] = [];
  const tables = rows.flatMap((row): readonly Table[] => {
    const name = String(row["name"]);
    try {
      return [{ name, columns: columnsOf(database, name), details: String(row["sql"] ?? "") }];
    } catch (error) {
      // A virtual table of a module that is not there.
      unread.push({ path: name, reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  });
  const views = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    .all()
    .map(({ name }) => ({ path: String(name), reason: "It is a view. A scan describes tables." }));
  return {
    tables,
    skipped: [...skipped, ...unread, ...views],
    isPartial: skipped.length + unread.length > 0,
    check: (join) => checkJoin(database, join),
    [Symbol.dispose]: () => database.close(),
  };
}

function columnsOf(database: DatabaseSync, table: string): readonly TableColumn[] {
  return database
    .prepare("SELECT name, type FROM pragma_table_info(?)")
    .all(table)
    .map(({ name, type }) => ({ name: String(name), type: String(type) }));
}

/** Looks at up to 10,000 values. */
function checkJoin(
  database: DatabaseSync,
  { table, column, toTable, toColumn }: TableJoin,
): ReturnType<Database["check"]> {
  const [from, value, to, key] = [table, column, toTable, toColumn].map(quote);
  const row = database
    .prepare(
      `SELECT count(*) AS total, coalesce(sum(value NOT IN (SELECT ${key} FROM ${to} WHERE ${key} IS NOT NULL)), 0) AS lost
       FROM (SELECT DISTINCT ${value} AS value FROM ${from} WHERE ${value} IS NOT NULL LIMIT 10000)`,
    )
    .get();
  if (Number(row?.["total"] ?? 0) === 0) return "no-data";
  return Number(row?.["lost"] ?? 0) === 0 ? "agrees" : "disagrees";
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function openManifest(file: string, content: Uint8Array): Database {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(content));
  } catch {
    value = undefined;
  }
  if (!isDbtManifest(value))
    throw new UnreadableDatabaseError(`Expected ${file} to be a dbt manifest, got other content.`);
  const tables = readDbtNodes(value).map(
    ({ name, columns, description, depends_on: { nodes } }): Table => ({
      name,
      columns: Object.values(columns).map((one) => ({
        name: one.name,
        type: one.data_type ?? "",
      })),
      details: [
        description,
        ...Object.values(columns).map((one) => `${one.name}: ${one.description}`),
        ...(nodes.length > 0 ? [`depends on ${nodes.join(", ")}`] : []),
      ].join("\n"),
    }),
  );
  return {
    tables,
    skipped: [],
    isPartial: false,
    check: () => "no-data",
    [Symbol.dispose]: () => {},
  };
}
