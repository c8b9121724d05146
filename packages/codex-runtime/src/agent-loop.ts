import type { ToolFailure } from "@ktx/codex-events";
import type { ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { BudgetName, RunBudgets } from "./bounds/run-budgets.ts";
import type { RunPolicy } from "./bounds/run-policy.ts";
import { CodexError } from "./codex-error.ts";
import type { AttemptedRun } from "./retry/add-runs.ts";
import { type AgentLoopMetrics, countRun } from "./run-metrics.ts";
import { type AskedOf, findRunError } from "./turn/require-answer.ts";
import type { ToolCallReport } from "./turn/tool-call-log.ts";

export interface AgentLoopInput<Role extends string = string> extends RunBudgets, RunPolicy {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly modelRole: Role | "default";
  readonly systemPrompt: string;
  readonly userPrompt: string;
  /** What the model may call; empty for none. */
  readonly toolSet: ToolSet;
  /** Told of each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  /** Completed steps after which the run is stopped; at least 1. */
  readonly stepBudget: number;
  /** Names for this run in whatever observes it, on the channel `agentLoopChannelName`. @default none */
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
   * `natural`: the model was done. `budget`: it used up what `budget` names. `timeout`: one of the time
   * limits. `error`: the turn failed, or a tool call that was not recovered (see `onToolFailure`).
   */
  readonly stopReason: "natural" | "budget" | "timeout" | "error";
  /** With `budget`: which one. */
  readonly budget?: BudgetName;
  /** With `error` and `timeout`: a `CodexError` or a `ToolCallError`. */
  readonly error?: Error;
  /** The model's last message: the answer when it ended naturally, else what it said so far. */
  readonly text?: string;
  /** The tool calls so far, those of earlier attempts included; the first 1,000 of each. */
  readonly toolCalls: readonly ToolCallReport[];
  /** The tool calls that failed, whatever `onToolFailure` makes of them; the first 100. */
  readonly toolFailures: readonly ToolFailure[];
  /**
   * With tools: whether Codex was seen to ask the bridge for them, so that the model knew them. Absent for a
   * bridge whose handle has no `observe`.
   */
  readonly toolsListed?: boolean;
  readonly metrics: AgentLoopMetrics;
}

/** What a call that was run as an agent loop came to. */
export function describeLoop(run: AttemptedRun, asked: AskedOf, totalMs: number): AgentLoopResult {
  const { finalText, stepCount, stepBoundariesMs } = run.summary;
  return {
    ...decideStop(run, asked),
    ...(finalText !== undefined && { text: finalText }),
    toolCalls: run.toolCalls,
    toolFailures: run.toolFailures,
    ...(run.toolsListed !== undefined && { toolsListed: run.toolsListed }),
    metrics: { totalMs, ...countRun(run), stepCount, stepBoundariesMs },
  };
}

function decideStop(
  run: AttemptedRun,
  asked: AskedOf,
): Pick<AgentLoopResult, "stopReason" | "budget" | "error"> {
  if (run.stop?.cause === "budget") return { stopReason: "budget", budget: run.stop.budget };
  const error = findRunError(run, asked);
  if (error === undefined) return { stopReason: "natural" };
  const timedOut = error instanceof CodexError && error.failure.kind === "timeout";
  return { stopReason: timedOut ? "timeout" : "error", error };
}
