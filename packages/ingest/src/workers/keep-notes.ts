import { randomUUID } from "node:crypto";
import { type Claim, machineClock, StoreError, type UnitStore } from "@ktx/batch";
import { announcements } from "./open-runs.ts";

/** Milliseconds for which a note holds without a renewal; a third of it lies between two. */
const leaseMs = 30_000;
/** Milliseconds after which the notes of a program that has ended hard are taken away. */
const staleMs = 3_600_000;

export interface NotesInput {
  /** The name that the claims of the notes have. */
  readonly owner: string;
  /** A group of their own, which nobody else has. */
  readonly group: string;
  readonly first: unknown;
}

/** The notes of one program. They are renewed until it is disposed of, and go with it. */
export interface KeptNotes extends AsyncDisposable {
  readonly put: (note: unknown) => void;
}

/** A note whose program lives, or has ended hard. */
export interface SeenNote {
  readonly payload: unknown;
  /** The last sign of life by the clock of the store, in milliseconds since the epoch. */
  readonly seenAtMs: number;
}

/**
 * Puts a note about a program into the store: a claimed unit of the announcements, whose lease is its sign of life.
 *
 * @throws {StoreError} where the store takes no writes for good, such as for a missing right.
 */
export async function keepNotes(store: UnitStore, input: NotesInput): Promise<KeptNotes> {
  const { owner, group, first } = input;
  const ask = { worker: owner, leaseMs, batchId: announcements.id, groups: [group] };
  const claims = new Map<string, Claim>();
  const pending: Promise<void>[] = [];
  const end = new AbortController();
  const put = async (note: unknown): Promise<void> => {
    await store.add([{ key: `note ${randomUUID()}`, group, payload: note }], announcements);
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
    put: (note) => void pending.push(put(note).catch(ignoreStore)),
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
    // Another program took it for one that has ended.
    claims.delete(claim.unit.key);
    await put(claim.unit.payload);
  }
}

/** The notes of a store, the oldest first. The last sign of life of some may be a while ago. */
export async function findNotes(store: UnitStore): Promise<readonly SeenNote[]> {
  const seen = new Map<string, number>();
  for await (const { key, dueAtMs = 0 } of store.list(held)) seen.set(key, dueAtMs - leaseMs);
  const records = await store.get([...seen.keys()]);
  return records.flatMap((record) =>
    record === undefined ? [] : [{ payload: record.payload, seenAtMs: seen.get(record.key) ?? 0 }],
  );
}

/** True where a program has given a sign of life in the time of its lease. */
export function isLive({ seenAtMs }: Pick<SeenNote, "seenAtMs">, storeNowMs: number): boolean {
  return storeNowMs - seenAtMs < leaseMs;
}

const held = { batchId: announcements.id, states: ["running"] } as const;

/** Ends the notes of programs that have ended hard long ago. */
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
