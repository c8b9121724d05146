import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "@ktx/batch";
import { loadSqlite, resultCodeOf } from "@ktx/sqlite";

/** The result code of a file that another process has locked. */
const busy = 5;

/** Another process works on the project. */
export class ProjectBusyError extends Error {
  override readonly name = "ProjectBusyError";
}

/**
 * Holds the project for this process. The system frees the lock of a process that dies.
 *
 * @throws {ProjectBusyError} while another process holds it; {StoreError} for a file that is no lock, or a full disk.
 */
export async function lockProject(file: string): Promise<AsyncDisposable> {
  await mkdir(dirname(file), { recursive: true });
  const database = open(file);
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (resultCodeOf(error) === busy)
      throw new ProjectBusyError(
        "Expected to be the only ingest of this project; another one is running. Wait until it has ended, then start this one again.",
        { cause: error },
      );
    throw unusable(file, error);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function open(file: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  try {
    return new Database(file, { timeout: 0 });
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `Expected to lock ${file}, got: ${why}. Free some space, or remove that file, then start again.`;
  return new StoreError("broken", message, { cause });
}
