import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "@ktx/batch";
import { ignoreFolder } from "@ktx/wiki";
import { isMissing } from "./read-if-there.ts";
import { memoryName } from "./wiki-memory.ts";

/** The places of a project's ingest. */
export interface ProjectFolders {
  readonly wiki: string;
  readonly state: string;
  readonly ledger: string;
  /** Below `wiki/`, so that it travels with the pages. */
  readonly memory: string;
  readonly journal: string;
  readonly applies: string;
  readonly proposals: string;
  readonly store: string;
  readonly run: string;
  readonly lock: string;
}

export function foldersOf(projectDir: string): ProjectFolders {
  const state = join(projectDir, ".ktx", "ingest");
  return {
    wiki: join(projectDir, "wiki"),
    state,
    ledger: join(state, "ledger.json"),
    memory: join(projectDir, "wiki", memoryName),
    journal: join(state, "journal.json"),
    applies: join(state, "applies"),
    proposals: join(state, "proposals"),
    store: join(state, "units.db"),
    run: join(state, "run.json"),
    lock: join(state, "lock.db"),
  };
}

/**
 * Checks that the folders of an ingest are the project's own: a link would lead its files out.
 *
 * @throws {StoreError} for a link, and for a file in the place of a folder.
 */
export async function checkFolders(projectDir: string): Promise<void> {
  for (const place of [".ktx", ".ktx/ingest", "wiki"]) {
    const status = await lstat(join(projectDir, place)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (status === undefined || status.isDirectory()) continue;
    const got = status.isSymbolicLink() ? "a symbolic link" : "something else";
    throw new StoreError(
      "broken",
      `Expected ${place} to be a folder of the project, got ${got}. Nothing has changed. Move it away, or put the folder itself in its place.`,
    );
  }
}

/** True where an ingest, a scan or a review has left its state. @throws {StoreError} as `checkFolders` does. */
export async function hasState(projectDir: string): Promise<boolean> {
  await checkFolders(projectDir);
  return await lstat(foldersOf(projectDir).state).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

/** Makes the folder of the state, which Git ignores. @throws {StoreError} as `checkFolders` does. */
export async function makeState(projectDir: string): Promise<void> {
  await checkFolders(projectDir);
  await mkdir(foldersOf(projectDir).state, { recursive: true });
  ignoreFolder(join(projectDir, ".ktx"));
}
