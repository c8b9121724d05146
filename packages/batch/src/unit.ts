/** One piece of work. Its result depends on nothing but what its key was made of. */
export interface Unit<Payload = unknown> {
  /** Says everything that the result depends on, such as a hash of prompt, schema, tools and model. */
  readonly key: string;
  /** The name of what shares one limit, such as a sign-in. A program has few groups. @default "default" */
  readonly group?: string;
  /** The input, any JSON value. A big one belongs into a blob of the store. */
  readonly payload: Payload;
  /** The expected cost in a measure of the caller's, such as bytes of the prompt, for estimates. @default 1 */
  readonly weight?: number;
}

/**
 * `waiting`: to be claimed, perhaps not before a time. `running`: claimed. `done`: has its result. `failed`: a dead
 * letter, which waits for `retry`. `held`: waits for a person.
 */
export type UnitState = "waiting" | "running" | "done" | "failed" | "held";

/** The reason why an attempt gave no result. */
export interface UnitFailure {
  /** A short name for programs, such as `server` or `timeout`. */
  readonly kind: string;
  /** One sentence for people. */
  readonly message: string;
}

/** The cost of one attempt, or of all attempts of a unit. */
export interface UnitUsage {
  readonly tokens: number;
  /** Milliseconds for which attempts ran. */
  readonly ranMs: number;
}

/** A unit as a store knows it; times in milliseconds since the epoch. */
export interface UnitRecord {
  readonly key: string;
  readonly group: string;
  readonly weight: number;
  readonly state: UnitState;
  /** The number of the last claim; 0 before the first one. */
  readonly attempt: number;
  /** Attempts that failed since the unit was added or retried. */
  readonly failures: number;
  /** Attempts whose worker disappeared, since the unit was added or retried. */
  readonly losses: number;
  readonly usage: UnitUsage;
  readonly addedAtMs: number;
  /** The worker that has claimed it, while it runs. */
  readonly worker?: string;
  /** Running: the end of its lease. Waiting: the earliest time of its next attempt; 0 for at once. */
  readonly dueAtMs?: number;
  /** The last failure of a unit that failed or waits for its next attempt. */
  readonly failure?: UnitFailure;
  readonly heldReason?: string;
  readonly endedAtMs?: number;
}

/** A unit with what went in and what came out. */
export interface FullUnitRecord extends UnitRecord {
  readonly payload: unknown;
  /** Present once the unit is done. */
  readonly result?: unknown;
}
