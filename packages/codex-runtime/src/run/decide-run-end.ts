import { buildFailure, type ToolFailure, type TurnFailure } from "@ktx/codex-events";
import { BudgetError } from "../values/budget-error.ts";
import { CodexError, type RunRemains } from "../values/codex-error.ts";
import type { RunEnd, UnfinishedEnd } from "../values/run-end.ts";
import { ToolCallError } from "../values/tool-call-error.ts";
import type { CallPolicy } from "./call-plan.ts";
import { findTurnFailure } from "./find-turn-failure.ts";
import type { TurnRun } from "./run-turn.ts";

/** The parts of a run's plan that its end depends on. */
export interface AskedOf {
  readonly model: string;
  readonly policy: Pick<CallPolicy, "answerDue"> & {
    readonly limits: Pick<CallPolicy["limits"], "onToolFailure">;
  };
}

type CallEnd = Exclude<RunEnd, { type: "invalid-output" }>;

/** The end of a run. A stop by ktx comes first, then the turn's failure, then a missing answer. */
export function decideRunEnd(run: TurnRun, { model, policy }: AskedOf): CallEnd {
  const { stop } = run;
  if (stop?.cause === "callback") return { type: "aborted", reason: stop.error };
  const end = decideOwnEnd(run, { model, policy });
  // A turn that completed before the signal fired keeps its answer, if it has one.
  return stop?.cause === "caller" && end.type !== "done"
    ? { type: "aborted", reason: stop.reason }
    : end;
}

function decideOwnEnd(run: TurnRun, { model, policy }: AskedOf): CallEnd {
  const { stop, summary } = run;
  if (stop?.cause === "budget") return { type: "budget", budget: stop.budget };
  const failure = findTurnFailure(run, model);
  if (failure !== undefined)
    return { type: failure.kind === "timeout" ? "timeout" : "failed", failure };
  const toolFailures = findFatalToolFailures(summary.toolFailures, policy.limits.onToolFailure);
  if (toolFailures.length > 0) return { type: "tool-failed", toolFailures };
  // A run with tools had to call one of them, or to answer.
  const isDue = policy.answerDue || (run.hasTools === true && run.toolCalls.length === 0);
  if (isDue && (summary.finalText ?? "").trim() === "")
    return { type: "failed", failure: emptyTurnFailure(run) };
  return { type: "done" };
}

/**
 * The answer of a run that must give one.
 *
 * @throws {CodexError} when the turn failed or gave no answer; `BudgetError` when a budget ended it;
 * `ToolCallError` when a tool call failed and `onToolFailure` makes that a failure of the run; the caller's own
 * reason when the caller ended it.
 */
export function requireAnswer(run: TurnRun, asked: AskedOf): string {
  const end = decideRunEnd(run, asked);
  switch (end.type) {
    case "done":
      return run.summary.finalText ?? "";
    case "aborted":
      throw end.reason;
    default:
      throw errorOf(end, run);
  }
}

/** The error of an end, with the partial result of the run; `findRunEnd` converts it back. */
export function errorOf(
  end: UnfinishedEnd,
  run: TurnRun,
): BudgetError | CodexError | ToolCallError {
  switch (end.type) {
    case "budget":
      return new BudgetError(end.budget, remainsOf(run));
    case "tool-failed":
      return new ToolCallError(end.toolFailures, remainsOf(run));
    case "timeout":
    case "failed":
      return codexErrorOf(end.failure, run);
    default:
      return end satisfies never;
  }
}

/** The result of a run so far, for the error that it ends with. */
export function remainsOf({ summary, toolCalls }: TurnRun): RunRemains {
  return {
    ...(summary.finalText !== undefined && { text: summary.finalText }),
    usage: summary.usage,
    toolCalls,
  };
}

/** The failed tool calls that make a run with a completed turn fail. */
function findFatalToolFailures(
  toolFailures: readonly ToolFailure[],
  onToolFailure: CallPolicy["limits"]["onToolFailure"],
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

/** The failure of a turn that completed without the required answer or tool call. */
function emptyTurnFailure({ hasTools, toolsListed, toolCalls }: TurnRun): TurnFailure {
  const untouched = hasTools === true && toolCalls.length === 0;
  return buildFailure({
    kind: "empty-turn",
    message: untouched
      ? `The turn completed without an answer and without any tool call.${describeListing(toolsListed)}`
      : "The turn completed without an answer. Codex drops refusals and malformed answers.",
  });
}

function describeListing(toolsListed: boolean | undefined): string {
  if (toolsListed === undefined) return "";
  return toolsListed
    ? " Codex listed this run's tools, so the model could have called them."
    : " Codex did not list this run's tools, so the model may not have known them.";
}

/** The error of a failed turn, with the result of the run so far. */
export function codexErrorOf(failure: TurnFailure, run: TurnRun): CodexError {
  return new CodexError(failure, {
    ...remainsOf(run),
    lastEvents: run.lastEvents,
    stderrTail: run.stderrTail,
    // The error that the stream threw is the cause of the error that explains it.
    ...(run.thrown && { cause: run.thrown.error }),
  });
}
