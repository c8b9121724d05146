import { isCompletedAgentStep, type ThreadEvent, type TurnState } from "@ktx/codex-events";
import type { ToolSet } from "@ktx/mcp-bridge";
import { CodexError } from "./codex-error.ts";
import type { AgentLoopMetrics } from "./run-metrics.ts";
import { RuntimeInputError } from "./runtime-input-error.ts";
import { ToolCallError } from "./tool-call-error.ts";
import { findTurnFailure } from "./turn/find-turn-failure.ts";
import { causeOf } from "./turn/require-answer.ts";
import type { TurnRun } from "./turn/run-turn.ts";
import type { TurnStop } from "./turn/turn-stop.ts";

export interface AgentLoopInput {
  /** Chooses the model slot. */
  readonly modelRole: string;
  readonly systemPrompt: string;
  readonly userPrompt: string;
  /** What the model may call; empty for none. */
  readonly toolSet: ToolSet;
  /** Completed steps after which the run is stopped; at least 1. */
  readonly stepBudget: number;
  /** Names for this run in whatever observes it. */
  readonly telemetryTags?: Readonly<Record<string, string>>;
  readonly abortSignal?: AbortSignal;
  /** Called as each step completes and awaited before the next event is taken. What it throws ends the run. */
  readonly onStepFinish?: (step: AgentLoopStep) => void | Promise<void>;
}

export interface AgentLoopStep {
  /** Counts from 1. */
  readonly stepIndex: number;
  readonly stepBudget: number;
}

/** How a run ended, with what it did in every case. */
export interface AgentLoopResult {
  /**
   * `natural`: the model was done. `budget`: it used up its steps. `timeout`: one of the time limits.
   * `error`: the turn or a tool call failed.
   */
  readonly stopReason: "natural" | "budget" | "timeout" | "error";
  /** With `error` and `timeout`: a `CodexError` or a `ToolCallError`. */
  readonly error?: Error;
  /** The model's last message: the answer when it ended naturally, else what it said so far. */
  readonly text?: string;
  readonly metrics: AgentLoopMetrics;
}

/** @throws {RuntimeInputError} `invalid-step-budget` unless it is a whole number from 1. */
export function checkStepBudget(stepBudget: number): void {
  if (Number.isSafeInteger(stepBudget) && stepBudget >= 1) return;
  throw new RuntimeInputError(
    "invalid-step-budget",
    `Expected \`stepBudget\` to be a whole number from 1, got ${stepBudget}. ` +
      "It is the number of completed steps after which the run is stopped.",
  );
}

/** Reports each step as it completes, and ends the turn with the last one of the budget. */
export function watchSteps({
  stepBudget,
  onStepFinish,
}: Pick<AgentLoopInput, "stepBudget" | "onStepFinish">): (
  event: ThreadEvent,
  state: TurnState,
) => Promise<TurnStop | undefined> {
  let reported = 0;
  return async (event, state) => {
    const isAction = isCompletedAgentStep(event);
    // A turn that completes without any action counts as one step.
    if (!isAction && (state.phase !== "completed" || reported > 0)) return undefined;
    reported += 1;
    await onStepFinish?.({ stepIndex: reported, stepBudget });
    return isAction && reported >= stepBudget ? { cause: "budget", budget: "steps" } : undefined;
  };
}

/** What a turn that was run as an agent loop came to. */
export function describeLoop(run: TurnRun, model: string, totalMs: number): AgentLoopResult {
  const { finalText, usage, stepCount, stepBoundariesMs } = run.summary;
  return {
    ...decideStop(run, model),
    ...(finalText !== undefined && { text: finalText }),
    metrics: { totalMs, usage, stepCount, stepBoundariesMs },
  };
}

function decideStop(run: TurnRun, model: string): Pick<AgentLoopResult, "stopReason" | "error"> {
  const { usage, toolFailures } = run.summary;
  if (run.stop?.cause === "budget") return { stopReason: "budget" };
  const failure = findTurnFailure(run, model);
  if (failure !== undefined)
    return {
      stopReason: failure.kind === "timeout" ? "timeout" : "error",
      error: new CodexError(failure, usage, causeOf(run)),
    };
  if (toolFailures.length > 0)
    return { stopReason: "error", error: new ToolCallError(toolFailures, usage) };
  return { stopReason: "natural" };
}
