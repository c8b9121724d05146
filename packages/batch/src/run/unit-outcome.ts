import type { UnitFailure } from "../unit.ts";

/** The end of one attempt, as the run function reports it. Something thrown is a failure that may be tried again. */
export type UnitOutcome<Result> = {
  /** Tokens that the attempt used, for the budget and the estimates; also of an attempt without a result. */
  readonly tokens?: number | undefined;
} & (
  | { readonly type: "done"; readonly result: Result }
  | {
      readonly type: "failed";
      readonly failure: UnitFailure;
      /** False for a failure that another attempt would meet again. @default true */
      readonly isRetryable?: boolean;
      /** The shortest wait before the next attempt, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    }
  /** The group's limit was met: the attempt does not count, and the group pauses. */
  | { readonly type: "limited"; readonly limit: UnitLimit }
  /** No unit of the run can succeed now, such as without a sign-in: the attempt does not count, and the run ends. */
  | { readonly type: "blocked"; readonly failure: UnitFailure }
  /** The unit needs a person. */
  | { readonly type: "held"; readonly reason: string }
);

/** A limit that holds for all units of a group. */
export interface UnitLimit {
  /** One sentence for people. */
  readonly message: string;
  /** When it ends, in milliseconds since the epoch; absent where the service does not say. */
  readonly untilMs?: number | undefined;
}
