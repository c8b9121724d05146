import type { UnitStore } from "@ktx/batch";
import { announcements, findCoordinators, findOpenRuns } from "@ktx/ingest";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { readProject } from "../project/read-project.ts";
import { findStorePlace } from "../store/find-store-place.ts";
import { describeWait, explainStoreError } from "../store/open-shared-store.ts";
import { printText } from "../terminal/print.ts";

export interface PruneInput {
  readonly projectDir?: string | undefined;
  /** The value of `--store`. @default batch.store of ktx.yaml */
  readonly store?: string | undefined;
  readonly days: number;
}

const dayMs = 86_400_000;

/** Removes old batches from a database. @returns the number of removed units. */
export async function pruneStore(
  { projectDir, store, days }: PruneInput,
  io: Pick<CliIo, "env" | "cwd" | "signal" | "stderr">,
): Promise<number> {
  const place = await findStorePlace({ store, project: await readProject(projectDir, io) }, io);
  if (place?.kind !== "database")
    throw usageError("Expected a database to clean up.", {
      why: "A file of one project is small, and has its answers; delete it where none is needed.",
      next: "Name the database with --store DATABASE_URL.",
    });
  const { findPostgresStore, pruneBatches } = await import("@ktx/queue-postgres");
  try {
    const onSlow = (name: string): void => printText(io.stderr, `${describeWait(name)}\n`);
    const found = await findPostgresStore({ url: place.url, onSlow, signal: io.signal });
    if (found === undefined) return 0;
    const batches = await listBatches(found);
    return await pruneBatches({
      url: place.url,
      olderThanMs: days * dayMs,
      announcements: [announcements.id],
      ...batches,
      signal: io.signal,
    });
  } catch (error) {
    throw explainStoreError(error, io.signal);
  }
}

/** The batches of ingests that are at work, or that ended hard, and those whose process lives. */
async function listBatches(
  opened: UnitStore,
): Promise<{ readonly atWork: readonly string[]; readonly followed: readonly string[] }> {
  await using store = opened;
  const coordinators = [...(await findCoordinators(store)).values()];
  return {
    atWork: (await findOpenRuns(store)).map(({ batchId }) => batchId),
    followed: coordinators.filter(({ isLive }) => isLive).map(({ batchId }) => batchId),
  };
}
