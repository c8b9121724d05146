import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Another process works on the project. */
export class ProjectBusyError extends Error {
  override readonly name = "ProjectBusyError";
}

/**
 * Holds the project for this process. The system frees the lock of a process that dies.
 *
 * @throws {ProjectBusyError} while another process holds it.
 */
export async function lockProject(file: string): Promise<AsyncDisposable> {
  await mkdir(dirname(file), { recursive: true });
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message))
      throw new ProjectBusyError(
        "Expected to be the only ingest of this project; another one is running. Wait until it has ended, then start this one again.",
        { cause: error },
      );
    throw error;
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (database.isOpen) database.close();
    },
  };
}
