import type { UnitStore } from "@ktx/batch";
import { z } from "zod";
import { findNotes, keepNotes } from "./keep-notes.ts";

/** The words of a worker about itself, for all who open the store. */
export interface WorkerNote {
  readonly version: 1;
  readonly type: "worker";
  /** The name that its claims have. */
  readonly worker: string;
  /** The groups whose units it runs; null for all. */
  readonly groups: readonly string[] | null;
}

/** A worker has refused the units of a batch. */
interface RefusalNote {
  readonly version: 1;
  readonly type: "refusal";
  readonly worker: string;
  readonly batchId: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** A worker as the store knows it. */
export interface KnownWorker extends Pick<WorkerNote, "worker" | "groups"> {
  /** The last sign of life by the clock of the store, in milliseconds since the epoch. */
  readonly seenAtMs: number;
  readonly refusals: readonly Pick<RefusalNote, "batchId" | "reason">[];
}

const text = z.string();
const noteSchema: z.ZodType<WorkerNote | RefusalNote> = z.discriminatedUnion("type", [
  z.object({
    version: z.literal(1),
    type: z.literal("worker"),
    worker: text,
    groups: z.array(text).nullable(),
  }),
  z.object({
    version: z.literal(1),
    type: z.literal("refusal"),
    worker: text,
    batchId: text,
    reason: text,
  }),
]);

/** The notes of one worker. They are renewed until it is disposed of, and go with it. */
export interface WorkerNotes extends AsyncDisposable {
  readonly refuse: (batchId: string, reason: string) => void;
}

/**
 * Puts a note about this worker into the store.
 *
 * @throws {StoreError} where the store takes no writes for good, such as for a missing right.
 */
export async function noteWorker(
  store: UnitStore,
  { worker, groups }: Pick<WorkerNote, "worker" | "groups">,
): Promise<WorkerNotes> {
  const first: WorkerNote = { version: 1, type: "worker", worker, groups };
  const notes = await keepNotes(store, { owner: worker, group: `worker ${worker}`, first });
  return {
    refuse: (batchId, reason) => {
      const note: RefusalNote = { version: 1, type: "refusal", worker, batchId, reason };
      notes.put(note);
    },
    [Symbol.asyncDispose]: () => notes[Symbol.asyncDispose](),
  };
}

/** The workers of a store, whose last sign of life may be a while ago. */
export async function findWorkers(store: UnitStore): Promise<readonly KnownWorker[]> {
  const notes = (await findNotes(store)).flatMap(({ payload, seenAtMs }) => {
    const read = noteSchema.safeParse(payload);
    return read.success ? [{ ...read.data, seenAtMs }] : [];
  });
  const refusals = notes.filter((note) => note.type === "refusal");
  return notes
    .filter((note) => note.type === "worker")
    .map(({ worker, groups, seenAtMs }) => ({
      worker,
      groups,
      seenAtMs,
      refusals: refusals
        .filter((refusal) => refusal.worker === worker)
        .map(({ batchId, reason }) => ({ batchId, reason })),
    }));
}
