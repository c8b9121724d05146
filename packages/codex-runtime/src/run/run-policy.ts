import { inspect } from "node:util";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { checkTimeLimit, checkWholeNumber } from "../values/check-whole-number.ts";

/** The possible effects of a failed tool call on its run; see `RunPolicy.onToolFailure`. */
export const toolFailurePolicies = ["recover", "fail", "continue"] as const;
export type ToolFailurePolicy = (typeof toolFailurePolicies)[number];

/** The time limits of a run, and its reaction to failures. Per call, over the runtime's own. */
export interface RunPolicy {
  /**
   * Milliseconds from the start to the end of a call, all its attempts together. Waiting for a
   * `RateLimitGovernor` does not count. @default 900_000 (15 minutes)
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds without any event from Codex; covers the wait for response headers, which no timeout
   * of Codex does. @default 300_000 (5 minutes)
   */
  readonly idleTimeoutMs?: number;
  /**
   * The effect of a failed tool call on the run, once the model has finished. The model reads the reason in each
   * case. `recover`: the run fails only if the failure was not recovered, that is, no later call of the same
   * tool succeeded and no message of the model completed after it. `fail`: the run fails. `continue`: the
   * run does not fail. The result lists the failure in each case. @default "recover"
   */
  readonly onToolFailure?: ToolFailurePolicy;
  /** The number of retries after a failure that may pass, Codex's own reconnects included; 0 for none. @default 3 */
  readonly maxRetries?: number;
  /**
   * Retries even after a tool ran that is marked neither `readOnlyHint` nor `idempotentHint`.
   * @default false
   */
  readonly retryAfterSideEffects?: boolean;
  /**
   * Adds a notice for the model to the tool result that leaves it one step (or tool call) of the budget. @default false
   */
  readonly announceBudget?: boolean;
}

export type ResolvedRunPolicy = Required<RunPolicy>;

export const defaultRunPolicy: ResolvedRunPolicy = {
  timeoutMs: 900_000,
  idleTimeoutMs: 300_000,
  onToolFailure: "recover",
  maxRetries: 3,
  retryAfterSideEffects: false,
  announceBudget: false,
};

/**
 * The complete policy: the given values, else the fallback.
 *
 * @throws {RuntimeInputError} `invalid-limit` for a time limit that is not a whole number of milliseconds from 1 to
 * 2,147,483,647, or for retries that are not a whole number from 0; `unknown-tool-failure-policy`.
 */
export function resolveRunPolicy(given: RunPolicy, behind: ResolvedRunPolicy): ResolvedRunPolicy {
  return {
    timeoutMs: checkTimeLimit("timeoutMs", given.timeoutMs ?? behind.timeoutMs),
    idleTimeoutMs: checkTimeLimit("idleTimeoutMs", given.idleTimeoutMs ?? behind.idleTimeoutMs),
    onToolFailure: checkToolFailurePolicy(given.onToolFailure ?? behind.onToolFailure),
    maxRetries: checkWholeNumber("maxRetries", given.maxRetries ?? behind.maxRetries, { least: 0 }),
    retryAfterSideEffects: given.retryAfterSideEffects ?? behind.retryAfterSideEffects,
    announceBudget: given.announceBudget ?? behind.announceBudget,
  };
}

function checkToolFailurePolicy(value: ToolFailurePolicy): ToolFailurePolicy {
  if (toolFailurePolicies.includes(value)) return value;
  throw new RuntimeInputError(
    "unknown-tool-failure-policy",
    `Expected \`onToolFailure\` to be "recover", "fail" or "continue", got ${inspect(value)}. Leave it out for "recover".`,
  );
}
