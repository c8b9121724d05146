import { randomUUID } from "node:crypto";
import type { UnitStore } from "@ktx/batch";
import { z } from "zod";
import { findNotes, isLive, keepNotes } from "./keep-notes.ts";

/** The words of an ingest about itself: its process plans the units of a batch, and writes the wiki from their results. */
interface CoordinatorNote {
  readonly version: 1;
  readonly type: "coordinator";
  /** Names the process for people, such as by its machine. */
  readonly name: string;
  readonly batchId: string;
}

/** The process behind a batch, as the store knows it. */
export interface KnownCoordinator extends Pick<CoordinatorNote, "name" | "batchId"> {
  /** The last sign of life by the clock of the store, in milliseconds since the epoch. */
  readonly seenAtMs: number;
  /** False after 30 s without a sign of life. */
  readonly isLive: boolean;
}

const noteSchema: z.ZodType<CoordinatorNote> = z.object({
  version: z.literal(1),
  type: z.literal("coordinator"),
  name: z.string(),
  batchId: z.string(),
});

/**
 * Puts a note about this process into the store. It is renewed until it is disposed of, and goes with it.
 *
 * @throws {StoreError} where the store takes no writes for good, such as for a missing right.
 */
export async function noteCoordinator(
  store: UnitStore,
  { name, batchId }: Pick<CoordinatorNote, "name" | "batchId">,
): Promise<AsyncDisposable> {
  const first: CoordinatorNote = { version: 1, type: "coordinator", name, batchId };
  const owner = `${name} ${randomUUID().slice(0, 8)}`;
  return await keepNotes(store, { owner, group: `coordinator ${owner}`, first });
}

/** The last process behind each batch, by the name of the batch. One that has ended in order is not among them. */
export async function findCoordinators(
  store: UnitStore,
): Promise<ReadonlyMap<string, KnownCoordinator>> {
  const nowMs = await store.now();
  const found = new Map<string, KnownCoordinator>();
  for (const { payload, seenAtMs } of await findNotes(store)) {
    const { data } = noteSchema.safeParse(payload);
    if (data === undefined || seenAtMs < (found.get(data.batchId)?.seenAtMs ?? 0)) continue;
    const { name, batchId } = data;
    found.set(batchId, { name, batchId, seenAtMs, isLive: isLive({ seenAtMs }, nowMs) });
  }
  return found;
}
