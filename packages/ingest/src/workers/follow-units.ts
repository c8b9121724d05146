import { type BatchReport, followBatch, type FollowOptions } from "@ktx/batch";
import type { IngestWork } from "./ingest-work.ts";
import { closeRuns, openRunFor } from "./open-runs.ts";

/** The workers of an ingest that runs no unit itself. */
export interface Workers {
  /** Names the project in the store. */
  readonly project: string;
  /** Names the run for people. */
  readonly label: string;
  /** The groups that share the units, one for each sign-in. */
  readonly groups: readonly string[];
}

/** Offers units to workers, and follows them to their ends. */
export async function followUnits(
  options: FollowOptions<IngestWork | null>,
  { project, label, groups }: Workers,
): Promise<BatchReport> {
  const { store } = options;
  try {
    return await followBatch({
      ...options,
      label,
      ...(groups.length > 1 && { sharedGroups: groups }),
      onAdded: (batchId) => openRunFor(store, { version: 1, project, label, batchId, groups }),
    });
  } finally {
    // A store that is gone keeps the run open; the next one of the project closes it.
    await closeRuns(store, project).catch(() => {});
  }
}
