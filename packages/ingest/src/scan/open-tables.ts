import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { loadSqlite } from "@ktx/sqlite";
import { isDbtManifest, readDbtNodes } from "../read/dbt-manifest.ts";
import { decodeText } from "../read/source-text.ts";
import { describeSqlite } from "./describe-sqlite.ts";
import { openDdl } from "./open-ddl.ts";
import type { Database, Table } from "./table.ts";

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
  const content = await readWhole(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableDatabaseError(`Expected a file to scan: ${reason}.`, { cause: error });
  });
  if (content.subarray(0, 15).toString("latin1") === "SQLite format 3") return openSqlite(file);
  const ending = extname(file).toLowerCase();
  if (ending === ".json") return openManifest(file, content);
  if (ending === ".sql" || ending === ".ddl") return openDdl(content);
  throw new UnreadableDatabaseError(
    `Expected a SQLite file, a script with DDL (.sql, .ddl) or a dbt manifest.json, got ${file}.`,
  );
}

/** A read from a pipe or a device may never end. */
async function readWhole(file: string): Promise<Buffer> {
  const found = await stat(file);
  if (!found.isFile() && !found.isDirectory()) throw new Error("it is not a file");
  return readFile(file);
}

function openSqlite(file: string): Database {
  const { DatabaseSync: Sqlite } = loadSqlite();
  try {
    const database = new Sqlite(file, { readOnly: true });
    return describeSqlite(database);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isLocked = /database (?:table )?is locked/.test(reason);
    throw new UnreadableDatabaseError(`${file} could not be read: ${reason}.`, {
      cause: error,
      isLocked,
    });
  }
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
    unread: [],
    isPartial: false,
    check: () => "no-data",
    [Symbol.dispose]: () => {},
  };
}
