import { CodexError } from "../codex-error.ts";
import { ToolCallError } from "../tool-call-error.ts";
import { emptyTurnFailure, findTurnFailure } from "./find-turn-failure.ts";
import type { TurnRun } from "./run-turn.ts";

/**
 * The answer of a turn that had to give one.
 *
 * @throws the caller's own reason when the caller ended the turn; `CodexError` when it failed or
 * completed without an answer; `ToolCallError` when a tool call of it failed.
 */
export function requireAnswer(run: TurnRun, model: string): string {
  rethrowCallers(run);
  const { finalText, toolFailures, usage } = run.summary;
  const failure = findTurnFailure(run, model);
  if (failure !== undefined) throw new CodexError(failure, usage, causeOf(run));
  if (toolFailures.length > 0) throw new ToolCallError(toolFailures, usage);
  if (finalText === undefined || finalText.trim() === "")
    throw new CodexError(emptyTurnFailure(), usage);
  return finalText;
}

/** Throws what is the caller's own: the reason of its signal, or what its callback threw. */
export function rethrowCallers({ stop, summary }: TurnRun): void {
  if (stop?.cause === "callback") throw stop.error;
  // A turn that had completed before the signal fired keeps its answer.
  if (stop?.cause === "caller" && summary.outcome !== "completed") throw stop.reason;
}

/** What the stream threw, as the cause of the error that tells what it meant. */
export function causeOf({ thrown }: TurnRun): ErrorOptions | undefined {
  return thrown && { cause: thrown.error };
}
