import { randomUUID } from "node:crypto";
import { type Claim, machineClock, StoreError, type UnitStore } from "@ktx/batch";
import { z } from "zod";
import { announcements } from "./open-runs.ts";

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

/** Milliseconds for which a note holds without a renewal; a third of it lies between two. */
const leaseMs = 30_000;
/** Milliseconds after which the notes of a worker that has ended hard are taken away. */
const staleMs = 3_600_000;

/** The notes of one worker. They are renewed until it is disposed of, and go with it. */
export interface WorkerNotes extends AsyncDisposable {
  readonly refuse: (batchId: string, reason: string) => void;
}

/**
 * Puts a note about this worker into the store: a claimed unit of the announcements, whose lease is its sign of life.
 *
 * @throws {StoreError} where the store takes no writes for good, such as for a missing right.
 */
export async function noteWorker(
  store: UnitStore,
  { worker, groups }: Pick<WorkerNote, "worker" | "groups">,
): Promise<WorkerNotes> {
  const own = `worker ${worker}`;
  const ask = { worker, leaseMs, batchId: announcements.id, groups: [own] };
  const first: WorkerNote = { version: 1, type: "worker", worker, groups };
  const claims = new Map<string, Claim>();
  const pending: Promise<void>[] = [];
  const end = new AbortController();
  const put = async (note: unknown): Promise<void> => {
    await store.add([{ key: `note ${randomUUID()}`, group: own, payload: note }], announcements);
    // After an outage, the lease of another note may have ended, too.
    for (;;) {
      const answer = await store.claim(ask);
      if (answer.type === "none") return;
      claims.set(answer.claim.unit.key, answer.claim);
    }
  };
  const renewing = renew();
  try {
    await endStale(store);
    await put(first);
  } catch (error) {
    // A store that is away for a moment gets the note later.
    const isAway = error instanceof StoreError && error.kind === "busy";
    if (!isAway) end.abort();
    if (!isAway) throw error;
  }
  return {
    refuse: (batchId, reason) => {
      const note = { version: 1, type: "refusal", worker, batchId, reason } as const;
      pending.push(put(note).catch(ignoreStore));
    },
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await Promise.all([renewing, ...pending]);
      // Notes that a store that is away keeps end by themselves.
      for (const claim of claims.values())
        await store.complete(claim, { result: null }).catch(ignoreStore);
    },
  };

  async function renew(): Promise<void> {
    for (;;) {
      await machineClock().wait(leaseMs / 3, end.signal);
      if (end.signal.aborted) return;
      if (claims.size === 0) await put(first).catch(ignoreStore);
      for (const claim of claims.values()) await renewOne(claim).catch(ignoreStore);
    }
  }

  async function renewOne(claim: Claim): Promise<void> {
    if (await store.heartbeat(claim)) return;
    // Another worker took it for one that has ended.
    claims.delete(claim.unit.key);
    await put(claim.unit.payload);
  }
}

/** The workers of a store, whose last sign of life may be a while ago. */
export async function findWorkers(store: UnitStore): Promise<readonly KnownWorker[]> {
  const seen = new Map<string, number>();
  for await (const { key, dueAtMs = 0 } of store.list(held)) seen.set(key, dueAtMs - leaseMs);
  const notes = (await store.get([...seen.keys()])).flatMap((record) => {
    const read = noteSchema.safeParse(record?.payload);
    return read.success && record !== undefined
      ? [{ ...read.data, seenAtMs: seen.get(record.key) ?? 0 }]
      : [];
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

/** True where the worker has given a sign of life in the time of its lease. */
export function isLive({ seenAtMs }: Pick<KnownWorker, "seenAtMs">, storeNowMs: number): boolean {
  return storeNowMs - seenAtMs < leaseMs;
}

const held = { batchId: announcements.id, states: ["running"] } as const;

/** Ends the notes of workers that have ended hard long ago. */
async function endStale(store: UnitStore): Promise<void> {
  const nowMs = await store.now();
  const stale = new Set<string>();
  for await (const { group, dueAtMs = 0 } of store.list(held))
    if (nowMs - dueAtMs > staleMs) stale.add(group);
  for (const group of stale) {
    const ask = { worker: randomUUID(), leaseMs, batchId: announcements.id, groups: [group] };
    for (;;) {
      const answer = await store.claim(ask);
      if (answer.type === "none") break;
      await store.complete(answer.claim, { result: null });
    }
  }
}

/** A note is for people: no work waits for it. */
function ignoreStore(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
