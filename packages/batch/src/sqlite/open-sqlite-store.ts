import { resolve } from "node:path";
import { loadSqlite } from "@ktx/sqlite";
import { StoreError } from "../store-error.ts";
import type { UnitStore } from "../unit-store.ts";
import { readWhole } from "../store/read-row.ts";
import { makeFile } from "./make-file.ts";
import { applicationId, formatVersion, schema } from "./schema.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { SqliteUnitStore } from "./sqlite-unit-store.ts";
import { toStoreError } from "./to-store-error.ts";

export interface SqliteStoreOptions {
  /** The file, on a local disk. A new one is made with its folder, readable by its owner alone. */
  readonly file: string;
  /** The present time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Milliseconds to wait for other processes that write. @default 30_000 */
  readonly patienceMs?: number;
  /** The greatest size of the file in bytes; more is refused as a full disk is. @default no bound but the disk */
  readonly maxBytes?: number;
}

/**
 * Opens a store in one file of `node:sqlite`, for all processes of one machine.
 *
 * @throws {StoreError} `newer` or `foreign` for a file of a newer version or of something else, `full` where no room is
 * left, and `broken` for a place that takes no files.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<UnitStore> {
  const path = resolve(options.file);
  await makeFile(path);
  const { DatabaseSync } = loadSqlite();
  let file: SqliteFile;
  try {
    const database = new DatabaseSync(path, { timeout: 1_000 });
    file = new SqliteFile(database, path, options.patienceMs ?? 30_000);
  } catch (error) {
    throw toStoreError(error, path);
  }
  try {
    await prepare(file, options.maxBytes);
  } catch (error) {
    file.close();
    throw error;
  }
  return new SqliteUnitStore(file, options.now ?? ((): number => Date.now()));
}

async function prepare(file: SqliteFile, maxBytes: number | undefined): Promise<void> {
  await file.patiently(() => {
    checkFormat(file);
    file.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
    );
  });
  if (maxBytes !== undefined) {
    const pageBytes = readWhole(file.one("PRAGMA page_size"), "page_size");
    file.execute(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`);
  }
  await file.write(() => {
    if (checkFormat(file) === formatVersion) return;
    file.execute(schema);
    file.execute(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`,
    );
  });
}

/** The version of the format; 0 for an empty file. */
function checkFormat(file: SqliteFile): number {
  const version = readWhole(file.one("PRAGMA user_version"), "user_version");
  const application = readWhole(file.one("PRAGMA application_id"), "application_id");
  const tables = readWhole(file.one("SELECT count(*) AS tables FROM sqlite_schema"), "tables");
  if (version === 0 && application === 0 && tables === 0) return 0;
  if (application !== applicationId)
    throw new StoreError(
      "foreign",
      `The file ${file.path} is another program's database, no store of units. Choose another file.`,
    );
  if (version > formatVersion)
    throw new StoreError(
      "newer",
      `The store ${file.path} has format ${version}, and this version of ktx knows formats up to ${formatVersion}: update ktx, or choose another file.`,
    );
  return version;
}
