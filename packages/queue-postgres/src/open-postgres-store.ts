import type { UnitStore } from "@ktx/batch";
import { readText, readWhole } from "@ktx/batch/store";
import { checkFormat, readFormat } from "./check-format.ts";
import { checkEncoding, checkServerVersion } from "./check-server.ts";
import { Database } from "./database.ts";
import { PostgresUnitStore } from "./postgres-unit-store.ts";
import { createTables } from "./schema.ts";
import { createViews } from "./views.ts";
import { Watchers } from "./watchers.ts";

export interface PostgresStoreOptions {
  /** The URL of the database, such as `postgres://user:password@host:5432/name`. It is a secret. */
  readonly url: string;
  /** The schema of the tables; it is made where it is missing. @default "ktx_batch" */
  readonly schema?: string;
  /** Connections for statements; each watch has one more. @default 8 */
  readonly connections?: number;
  /**
   * Milliseconds for which a database that cannot be reached is tried again. A first connection that is refused has two
   * seconds at most, since nothing listens there, one that the other side ends has five, and a server of another protocol
   * none. @default 30_000
   */
  readonly patienceMs?: number;
  /**
   * Once it fires, no call is tried again, and each has two seconds to end, so that a stop does not wait for a database that
   * is away. Calls may still be made, such as to give units back.
   */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds between two looks of a watch, beside the notifications: it finds a dead connection by them, and changes
   * where a pooler sends no notifications. @default 10_000
   */
  readonly watchMs?: number;
  /** Called once where the database has not answered for 3 s while the store is opened, with its name for people. */
  readonly onSlow?: (place: string) => void;
  /** The present time in milliseconds since the epoch, for tests. @default the clock of the database */
  readonly now?: () => number;
}

/**
 * Opens a store in a Postgres database, for all machines that reach it. The clock of the database decides what is due,
 * so those of the machines may differ.
 *
 * @throws {StoreError} for a database that cannot be reached, refuses the sign-in or lacks a right, is too old, or has a
 * store of a newer version; {TypeError} for a schema that is no plain name.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<UnitStore> {
  const { url, schema = "ktx_batch", connections = 8, patienceMs = 30_000, now } = options;
  const { watchMs = 10_000, onSlow, signal } = options;
  const database = new Database({ url, schema, connections, patienceMs, onSlow, signal });
  try {
    await prepare(database);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
  // The tables hold whole milliseconds.
  const fixedNow = (): number | undefined => now && Math.floor(now());
  return new PostgresUnitStore(database, new Watchers(url, schema, watchMs), fixedNow);
}

/**
 * The store of a database; undefined where it has no store. Nothing is made, so that a user who may only read can look.
 *
 * @throws {StoreError} as `openPostgresStore` does.
 */
export async function findPostgresStore(
  options: PostgresStoreOptions,
): Promise<UnitStore | undefined> {
  const {
    url,
    schema = "ktx_batch",
    connections = 8,
    patienceMs = 30_000,
    onSlow,
    signal,
  } = options;
  await using database = new Database({ url, schema, connections: 1, patienceMs, onSlow, signal });
  const version = await readServer(database);
  return version === undefined
    ? undefined
    : await openPostgresStore({ ...options, schema, connections });
}

/** The version of the store; undefined without one. */
async function readServer(database: Database): Promise<number | undefined> {
  const { schema, place } = database;
  return await database.run(async (query) => {
    const [server] = await query(
      "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
    );
    checkServerVersion(readWhole(server, "version"), place);
    checkEncoding(readText(server, "encoding"), place);
    return await readFormat(query, schema);
  });
}

async function prepare(database: Database): Promise<void> {
  const { schema } = database;
  const version = await readServer(database);
  if (version !== undefined) return checkFormat(version, database);
  await database.transact(async (query) => {
    // Programs that start at once make the tables once.
    await query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", `ktx ${schema}`);
    const present = await readFormat(query, schema);
    if (present !== undefined) return checkFormat(present, database);
    const [found] = await query("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema);
    if (found === undefined) await query(`CREATE SCHEMA ${schema}`);
    await query(createTables(schema));
    await query(createViews(schema));
  });
}
