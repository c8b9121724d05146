import type { ToolFailure, TurnFailure } from "@ktx/codex-events";
import { BudgetError } from "../budget-error.ts";
import type { ResolvedRunPolicy } from "../bounds/run-policy.ts";
import { CodexError, type RunRemains } from "../codex-error.ts";
import { ToolCallError } from "../tool-call-error.ts";
import { emptyTurnFailure, findTurnFailure } from "./find-turn-failure.ts";
import type { TurnRun } from "./run-turn.ts";

/** What was asked of a run, as far as it matters for what the run came to. */
export interface AskedOf {
  readonly model: string;
  readonly policy: Pick<ResolvedRunPolicy, "onToolFailure">;
  /** True when the run is to end with words of the model's. */
  readonly answerDue: boolean;
}

/**
 * The answer of a run that had to give one.
 *
 * @throws the caller's own reason when the caller ended the run; `BudgetError` when a budget did;
 * `CodexError` when it failed or completed without an answer; `ToolCallError` when a tool call of it
 * failed and `onToolFailure` makes that a failure of the run.
 */
export function requireAnswer(run: TurnRun, asked: AskedOf): string {
  rethrowCallers(run, asked);
  if (run.stop?.cause === "budget") throw new BudgetError(run.stop.budget, remainsOf(run));
  const error = findRunError(run, asked);
  if (error !== undefined) throw error;
  return run.summary.finalText ?? "";
}

/** What went wrong in a run, as the error that it is thrown or returned as. */
export function findRunError(run: TurnRun, asked: AskedOf): CodexError | ToolCallError | undefined {
  const { finalText = "" } = run.summary;
  const failure = findTurnFailure(run, asked.model);
  if (failure !== undefined) return buildCodexError(failure, run);
  const fatal = findFatalToolFailures(run.summary, asked.policy);
  if (fatal.length > 0) return new ToolCallError(fatal, remainsOf(run));
  // A run that was given tools was to do something with them, or else to say something.
  const isDue = asked.answerDue || (run.hasTools === true && run.toolCalls.length === 0);
  if (isDue && finalText.trim() === "") return buildCodexError(emptyTurnFailure(run), run);
  return undefined;
}

/** The failed tool calls that make a run fail whose turn completed. */
function findFatalToolFailures(
  { toolFailures }: TurnRun["summary"],
  { onToolFailure }: AskedOf["policy"],
): readonly ToolFailure[] {
  switch (onToolFailure) {
    case "recover":
      return toolFailures.filter(({ recovered }) => !recovered);
    case "fail":
      return toolFailures;
    case "continue":
      return [];
    default:
      return onToolFailure satisfies never;
  }
}

/** Throws what is the caller's own: the reason of its signal, or what its callback threw. */
export function rethrowCallers(run: TurnRun, asked: AskedOf): void {
  const { stop, summary } = run;
  if (stop?.cause === "callback") throw stop.error;
  if (stop?.cause !== "caller") return;
  // A turn that had completed before the signal fired keeps its answer, if it has one.
  if (summary.outcome !== "completed" || findRunError(run, asked) !== undefined) throw stop.reason;
}

function buildCodexError(failure: TurnFailure, run: TurnRun): CodexError {
  return new CodexError(failure, {
    ...remainsOf(run),
    lastEvents: run.lastEvents,
    stderrTail: run.stderrTail,
    // What the stream threw is the cause of the error that tells what it meant.
    ...(run.thrown && { cause: run.thrown.error }),
  });
}

/** What there is of a run, for the error that it ends with. */
export function remainsOf({ summary, toolCalls }: TurnRun): RunRemains {
  return {
    ...(summary.finalText !== undefined && { text: summary.finalText }),
    usage: summary.usage,
    toolCalls,
  };
}
