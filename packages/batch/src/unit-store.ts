import type {
  FullUnitRecord,
  Unit,
  UnitFailure,
  UnitRecord,
  UnitState,
  UnitUsage,
} from "./unit.ts";

/**
 * A durable place for units, shared by all workers that open it. All decisions (retries, backoff, budgets) are the
 * caller's; the store keeps states, leases and results, each change atomic.
 *
 * The worker and the attempt of a claim are the token of its lease: a claim is valid while they are the unit's last
 * ones. Every method that takes a claim answers false for another one, and changes nothing.
 *
 * The store's clock alone decides what is due, so that the clocks of its workers may differ. Spans go in and out in
 * milliseconds; the moment at which a service says that a limit ends is milliseconds since the epoch.
 *
 * @throws {StoreError} from every method, for a full disk, a busy or broken store.
 */
export interface UnitStore extends AsyncDisposable {
  /**
   * Adds units to a batch. A unit with a known key keeps its state, its result and its payload.
   *
   * @throws {TypeError} for a payload that JSON cannot express, and for a key, a group or a batch that is empty, has a
   * NUL character or half of a surrogate pair; {RangeError} for a weight that is negative or not finite.
   */
  add(units: readonly Unit[], batch: BatchName): Promise<Added>;
  /**
   * Takes the unit that is due first, if any: one that waits, or one whose lease has ended, also that of the worker itself.
   * Only the units in `holding` stay with it, whatever the clock shows.
   */
  claim(ask: ClaimAsk): Promise<ClaimAnswer>;
  /** Renews the lease. False: the lease was lost, so the work has to stop. */
  heartbeat(claim: Claim): Promise<boolean>;
  /** Records the result, durably. Recording it again for the same attempt is true and changes nothing. */
  complete(claim: Claim, end: Completion): Promise<boolean>;
  /** Records a failure; without `retryAfterMs` the unit becomes a dead letter. */
  fail(claim: Claim, end: Failing): Promise<boolean>;
  /** Sets the unit aside for a person. */
  hold(claim: Claim, end: Holding): Promise<boolean>;
  /** Gives the unit back as if the attempt had not been; what it used is counted. */
  release(claim: Claim, usage?: UnitUsage): Promise<boolean>;
  /** Lets dead letters and held units wait again, with no failures counted; the number of them. */
  retry(keys: readonly string[]): Promise<number>;
  /** Lets no unit of the group be claimed before that time. Never shortens a pause. */
  pause(group: string, pause: { readonly untilMs: number; readonly reason: string }): Promise<void>;
  /** Ends the pause of a group. */
  resume(group: string): Promise<void>;
  /** The pauses that have not ended. */
  paused(): Promise<readonly Pause[]>;
  /** The units of a batch by their states, with what they have used. @param batchId undefined for all units */
  counts(batchId?: string): Promise<UnitCounts>;
  /** The units of a filter in the order in which they were added. */
  list(filter?: UnitFilter): AsyncIterable<UnitRecord>;
  /** The units of each group, in the order of their names. */
  groups(): Promise<readonly GroupCounts[]>;
  /** The units that ran longest over all of their attempts, the longest first. */
  slowest(limit: number): Promise<readonly UnitRecord[]>;
  /** The units that were done last, newest first. */
  recent(limit: number): Promise<readonly UnitRecord[]>;
  /** The records of these keys, in their order; undefined for an unknown one. */
  get(keys: readonly string[]): Promise<readonly (FullUnitRecord | undefined)[]>;
  /** The batches, newest first. */
  batches(): Promise<readonly BatchRecord[]>;
  /** Keeps bytes by their content; returns their address, `sha256:` and the hash in hex. */
  putBlob(bytes: Uint8Array): Promise<string>;
  /** The bytes of an address; undefined where the store has none. */
  getBlob(address: string): Promise<Uint8Array | undefined>;
  /** The present time of the clock that decides what is due, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Yields after changes that others may have made, until the signal fires; then it ends without an error. */
  watch(signal: AbortSignal): AsyncIterable<void>;
}

/** A set of units that is claimed and counted as one. */
export interface BatchName {
  readonly id: string;
  /** For people. */
  readonly label?: string;
}

export interface BatchRecord extends BatchName {
  /** When units were last added to it, which each run does; milliseconds since the epoch. */
  readonly addedAtMs: number;
}

export interface Added {
  /** Units that the store did not know. */
  readonly added: number;
  /** Units that it knew, in whatever state. */
  readonly known: number;
}

export interface ClaimAsk {
  /** Names the worker; unique to one start of one process. */
  readonly worker: string;
  /** Milliseconds after which the claim ends by itself unless it is renewed. */
  readonly leaseMs: number;
  /** The keys of the units that the worker runs now. It gets none of them. @default none */
  readonly holding?: readonly string[];
  /** @default every batch */
  readonly batchId?: string;
  /** The groups to claim from. @default all */
  readonly groups?: readonly string[];
  /** The number of units of one group that may run at once, over all workers. @default no bound */
  readonly groupConcurrency?: number;
}

export type ClaimAnswer =
  | { readonly type: "claimed"; readonly claim: Claim }
  | {
      readonly type: "none";
      /** True where units of the asked batch and groups are neither done nor set aside. */
      readonly hasOpenUnits: boolean;
      /** Milliseconds until a unit becomes due by time alone (a retry, the end of a lease or of a pause), if one does. */
      readonly nextInMs?: number;
    };

/** The right to end one attempt of a unit. */
export interface Claim {
  readonly unit: Required<Unit>;
  /** The number of the attempt; counts from 1, over all workers. */
  readonly attempt: number;
  /** Attempts before this one that failed, since the unit was added or retried. */
  readonly failures: number;
  /** Attempts before this one whose worker disappeared, since the unit was added or retried. */
  readonly losses: number;
  readonly worker: string;
  /** Milliseconds for which the claim, and each renewal of it, lasts. */
  readonly leaseMs: number;
}

export interface Completion {
  /** Any JSON value. */
  readonly result: unknown;
  readonly usage?: UnitUsage;
}

export interface Failing {
  readonly failure: UnitFailure;
  readonly usage?: UnitUsage;
  /** Milliseconds before the next attempt; from 0. */
  readonly retryAfterMs?: number;
}

export interface Holding {
  readonly reason: string;
  readonly usage?: UnitUsage;
}

export interface Pause {
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly reason: string;
}

export type UnitCounts = Readonly<Record<UnitState, number>> & { readonly usage: UnitUsage };

export interface GroupCounts {
  readonly group: string;
  readonly counts: UnitCounts;
}

export interface UnitFilter {
  /** @default every batch */
  readonly batchId?: string;
  /** @default all states */
  readonly states?: readonly UnitState[];
}
