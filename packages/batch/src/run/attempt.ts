import type { UnitOutcome } from "./unit-outcome.ts";

/** Takes the tokens of one model call; the last total counts. */
export type OnAttemptMetrics = (metrics: {
  readonly usage: { readonly totalTokens?: number | undefined };
}) => void;

/**
 * Runs a model call as one attempt of a unit, and never rejects. Its value is the result. Errors with a `failure`, as
 * `@ktx/codex-runtime` throws them, are sorted by its kind: `usage-limit` and `rate-limit` pause the group until the
 * limit resets, `auth` ends the run, and one that is not `retryable` is not tried again.
 *
 * @param work gives `onMetrics` the tokens that it has used, also where it then throws.
 * @param now milliseconds since the epoch. @default the system's clock
 */
export async function attempt<Result>(
  work: (onMetrics: OnAttemptMetrics) => Promise<Result>,
  now: () => number = () => Date.now(),
): Promise<UnitOutcome<Result>> {
  let tokens: number | undefined;
  try {
    const result = await work(({ usage }) => {
      tokens = usage.totalTokens;
    });
    return { type: "done", result, tokens };
  } catch (error) {
    return { ...outcomeOf(error, now), tokens };
  }
}

function outcomeOf(error: unknown, now: () => number): UnitOutcome<never> {
  const thrown = error instanceof Error ? error.message : String(error);
  const found = fieldOf(error, "failure");
  const kind = fieldOf(found, "kind");
  if (typeof kind !== "string")
    return { type: "failed", failure: { kind: "thrown", message: thrown } };
  const message = textOf(found, "message") ?? thrown;
  // The message says why the call does not wait; the batch does.
  const facts = textOf(found, "facts") ?? message;
  switch (kind) {
    case "usage-limit":
      return limited(facts, fieldOf(fieldOf(found, "resetsAt"), "atMs"));
    case "rate-limit": {
      const waitMs = fieldOf(found, "retryAfterMs");
      return limited(facts, typeof waitMs === "number" ? now() + waitMs : undefined);
    }
    case "auth":
      return { type: "blocked", failure: { kind, message } };
    default: {
      const isRetryable = fieldOf(found, "retryable") !== false;
      return { type: "failed", failure: { kind, message }, isRetryable };
    }
  }
}

function limited(message: string, untilMs: unknown): UnitOutcome<never> {
  return {
    type: "limited",
    limit: typeof untilMs === "number" ? { message, untilMs } : { message },
  };
}

function textOf(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}
