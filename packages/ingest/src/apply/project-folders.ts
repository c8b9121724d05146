import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ignoreFolder } from "@ktx/wiki";
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

/** Makes the folder of the state, which Git ignores. */
export async function makeState(projectDir: string): Promise<void> {
  await mkdir(foldersOf(projectDir).state, { recursive: true });
  ignoreFolder(join(projectDir, ".ktx"));
}
