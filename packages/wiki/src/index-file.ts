import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { fileIdentity, leaveMovedFile } from "@ktx/sqlite";
import { contentHash } from "./content-hash.ts";
import { databaseFailureOf, openDatabase } from "./open-database.ts";
import { indexSchema, indexVersion, openWikiIndex, type WikiIndex } from "./wiki-index.ts";
import { WikiError } from "./wiki-error.ts";

/** The index of a wiki, whatever happens to its file. */
export interface LiveIndex extends Disposable {
  /**
   * Works with the index. If its file is damaged, it is made again; if it cannot be written, the index moves into
   * memory; then the work is done once more. Where another file has its name now, that one is opened.
   *
   * @throws {WikiError} `index` where another process holds the file for more than ten seconds.
   */
  readonly use: <Value>(work: (index: WikiIndex) => Value) => Value;
}

export interface LiveIndexOptions {
  /** Undefined for an index in memory. */
  readonly dataFolder: string | undefined;
  /** The folder of the pages, from the project's; each has an index of its own. */
  readonly wikiFolder: string;
  /** Fills an index that has lost its pages. */
  readonly fill: (index: WikiIndex) => void;
}

export function openLiveIndex({ dataFolder, wikiFolder, fill }: LiveIndexOptions): LiveIndex {
  const path = dataFolder === undefined ? undefined : join(dataFolder, fileNameOf(wikiFolder));
  const identify = (): string | undefined => (path === undefined ? undefined : fileIdentity(path));
  let index = open(path);
  let identity = identify();
  const replace = (make: () => WikiIndex): void => {
    index[Symbol.dispose]();
    index = make();
    identity = identify();
    fill(index);
  };
  return {
    use: (work) => {
      if (identify() !== identity) {
        leaveMovedFile(index.database);
        replace(() => open(path));
      }
      for (let tries = 0; ; tries += 1)
        try {
          return work(index);
        } catch (error) {
          const failure = databaseFailureOf(error);
          if (failure === undefined || tries >= 2) throw error;
          if (failure === "busy")
            throw new WikiError(
              "index",
              `Another program has held ${path ?? "the index"} for ten seconds. Try again when it has ended.`,
              { cause: error },
            );
          if (failure === "damaged" && tries === 0) {
            replace(() => {
              if (path !== undefined) removeFile(path);
              return open(path);
            });
          } else replace(() => openIndexInMemory());
        }
    },
    [Symbol.dispose]: () => index[Symbol.dispose](),
  };
}

function open(path: string | undefined): WikiIndex {
  const database = openIndexFile(path);
  try {
    return openWikiIndex(database);
  } catch (error) {
    database.close();
    if (path === undefined || databaseFailureOf(error) === undefined) throw error;
    // Tables are missing, whatever the version says.
    return openWikiIndex(remake(path));
  }
}

/** A file that is no index, or one of another version, is made again. One that is busy or out of reach stays. */
function openIndexFile(path: string | undefined): DatabaseSync {
  if (path === undefined) return openInMemory();
  try {
    return tryFile(path) ?? remake(path);
  } catch (error) {
    const failure = databaseFailureOf(error);
    if (failure === undefined) throw error;
    return failure === "damaged" ? remake(path) : openInMemory();
  }
}

function remake(path: string): DatabaseSync {
  try {
    removeFile(path);
    const database = tryFile(path);
    if (database !== undefined) return database;
  } catch {
    // Neither opened nor removed: a folder in its place, a disk without room.
  }
  return openInMemory();
}

function removeFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

/** Undefined where the file is an index of another version. */
function tryFile(path: string): DatabaseSync | undefined {
  const database = openDatabase(path);
  try {
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY",
    );
    if (versionOf(database) === 0) {
      database.exec("BEGIN IMMEDIATE");
      // Another process may have made it since.
      database.exec(versionOf(database) === 0 ? `${indexSchema} COMMIT` : "COMMIT");
    }
    if (versionOf(database) === indexVersion) {
      database.prepare("SELECT count(*) FROM words WHERE words MATCH 'a'").get();
      return database;
    }
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return undefined;
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare("PRAGMA user_version").get()?.["user_version"];
}

/** An index that goes with its process. */
export function openIndexInMemory(): WikiIndex {
  return openWikiIndex(openInMemory());
}

function openInMemory(): DatabaseSync {
  const database = openDatabase(":memory:");
  database.exec(indexSchema);
  return database;
}

function fileNameOf(wikiFolder: string): string {
  return wikiFolder === "wiki" ? "wiki.db" : `wiki-${contentHash(wikiFolder).slice(0, 8)}.db`;
}
