import { buildFailure, classifyFailure, type TurnFailure } from "@ktx/codex-events";
import { CodexError } from "../codex-error.ts";
import type { TurnRun } from "./run-turn.ts";

/**
 * The failure that a turn ended with, or undefined where it did not fail.
 *
 * The events decide. What the stream threw counts only where they say nothing, since it usually holds
 * an exit code and not the reason.
 */
export function findTurnFailure(run: TurnRun, model: string): TurnFailure | undefined {
  const { summary, stop, thrown } = run;
  if (summary.outcome === "completed") return undefined;
  if (stop?.cause === "timeout") return timeoutFailure(stop);
  if (summary.failure !== undefined) return summary.failure;
  if (thrown?.error instanceof CodexError) return thrown.error.failure;
  if (thrown !== undefined) return classifyFailure(messageOf(thrown.error), { model });
  return buildFailure({
    kind: "stream-disconnected",
    message: "Codex ended its event stream without saying how the turn ended.",
  });
}

/** A turn that completed with nothing where an answer was due, e.g. since the model refused. */
export function emptyTurnFailure(): TurnFailure {
  return buildFailure({
    kind: "empty-turn",
    message: "The turn completed without an answer. Codex drops refusals and malformed answers.",
  });
}

function timeoutFailure(stop: {
  readonly limit: "wall-clock" | "idle";
  readonly limitMs: number;
}): TurnFailure {
  const seconds = `${stop.limitMs / 1_000} s`;
  return buildFailure({
    kind: "timeout",
    limit: stop.limit,
    message:
      stop.limit === "idle"
        ? `Nothing was heard from Codex for ${seconds}.`
        : `The turn was not done after ${seconds}.`,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
