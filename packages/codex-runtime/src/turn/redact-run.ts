import type { TurnFailure, TurnSummary } from "@ktx/codex-events";
import type { Redact } from "./redact-secrets.ts";

/** The summary with no credential in what errors and logs are made of; the model's own words stay. */
export function redactSummary(summary: TurnSummary, redact: Redact): TurnSummary {
  return {
    ...summary,
    toolFailures: summary.toolFailures.map((failure) => ({
      ...failure,
      message: redact(failure.message),
    })),
    warnings: summary.warnings.map(redact),
    ...(summary.failure && { failure: redactFailure(summary.failure, redact) }),
  };
}

/** The very error, or one like it where its message or stack holds a credential. */
export function redactError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redact(error) : error;
  const message = redact(error.message);
  if (message === error.message) return error;
  const copy = new Error(message);
  copy.name = error.name;
  return copy;
}

function redactFailure(failure: TurnFailure, redact: Redact): TurnFailure {
  const texts = { message: redact(failure.message), raw: redact(failure.raw) };
  return failure.kind === "process" && failure.stderrTail !== undefined
    ? { ...failure, ...texts, stderrTail: redact(failure.stderrTail) }
    : { ...failure, ...texts };
}
