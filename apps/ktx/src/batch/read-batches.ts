import type { BatchRecord, Pause, UnitCounts } from "@ktx/batch";
import type { CliIo } from "../cli-io.ts";
import { readProject } from "../project/read-project.ts";
import { explainStoreError } from "../store/open-shared-store.ts";
import { findStore } from "./open-store.ts";

export interface BatchesInput {
  readonly projectDir?: string | undefined;
  /** The path of the store. @default .ktx/batch.sqlite of the project */
  readonly store?: string | undefined;
}

/** The batches of a project; the object that `ktx batch status --json` prints. */
export interface BatchesReport {
  readonly version: 1;
  /** The last one first. */
  readonly batches: readonly (BatchRecord & { readonly counts: UnitCounts })[];
  /** The limits that prompts wait for. */
  readonly pauses: readonly Pause[];
}

/** Reads the store. Before the first batch it makes no file. */
export async function readBatches(
  { projectDir, store: path }: BatchesInput,
  io: Pick<CliIo, "env" | "cwd" | "signal">,
): Promise<BatchesReport> {
  const project = await readProject(projectDir, io);
  try {
    const store = await findStore({ project, store: path }, io);
    if (store === undefined) return { version: 1, batches: [], pauses: [] };
    await using _ = store;
    const batches: (BatchRecord & { readonly counts: UnitCounts })[] = [];
    for (const batch of await store.batches()) {
      const counts = await store.counts(batch.id);
      const { waiting, running, done, failed, held } = counts;
      // An attempt to try failed prompts again, without any.
      if (waiting + running + done + failed + held > 0) batches.push({ ...batch, counts });
    }
    return { version: 1, batches, pauses: await store.paused() };
  } catch (error) {
    throw explainStoreError(error);
  }
}
