import type { ToolFailure } from "@ktx/codex-events";
import type { ImageSource } from "@ktx/images";
import type { ApproveToolCall, ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { BudgetName, RunBudgets } from "../values/budgets.ts";
import type { CodexError } from "../values/codex-error.ts";
import type { RunEnd } from "../values/run-end.ts";
import type { AgentLoopMetrics } from "../values/run-metrics.ts";
import { ToolCallError } from "../values/tool-call-error.ts";
import type { ToolCallReport } from "../values/tool-call-report.ts";
import type { AttemptedRun } from "./add-runs.ts";
import { countRun } from "./count-run.ts";
import { codexErrorOf, remainsOf } from "./decide-run-end.ts";
import type { RunCallbacks } from "./run-callbacks.ts";
import type { RunPolicy } from "./run-policy.ts";

export interface AgentLoopInput<Role extends string = string>
  extends RunBudgets, RunPolicy, RunCallbacks {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly modelRole: Role | "default";
  readonly systemPrompt: string;
  readonly userPrompt: string;
  /** Images that the model sees after the prompt, as for `generateText`. @default none */
  readonly images?: readonly ImageSource[];
  /** The tools that the model may call; empty for none. */
  readonly toolSet: ToolSet;
  /** Observes each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  /** Decides about each call of a tool before it runs; see `GenerateTextInput`. @default every call runs */
  readonly approveToolCall?: ApproveToolCall;
  /** Completed steps after which the run stops; at least 1. */
  readonly stepBudget: number;
  /** Tags of this run in the spans of `runTraceChannelName`. @default none */
  readonly telemetryTags?: Readonly<Record<string, string>>;
  readonly abortSignal?: AbortSignal;
  /** Called as each step completes and awaited before the next event. An error that it throws ends the run. */
  readonly onStepFinish?: (step: AgentLoopStep) => void | Promise<void>;
}

export interface AgentLoopStep {
  /** Counts from 1. */
  readonly stepIndex: number;
  readonly stepBudget: number;
}

/** The end of a run, and its result in every case. */
export type AgentLoopResult = AgentLoopWork & AgentLoopEnd;

/** The result of a run, with any end. */
export interface AgentLoopWork {
  /** The model's last message: the answer when the run ended naturally, else the text so far. */
  readonly text?: string;
  /** The tool calls so far, those of earlier attempts included; the first 1,000 of each. */
  readonly toolCalls: readonly ToolCallReport[];
  /** The tool calls that failed, under any `onToolFailure`; the first 100. */
  readonly toolFailures: readonly ToolFailure[];
  /**
   * With tools: true when Codex listed them, so that the model knew them. Absent for a server whose
   * handle has no `observe`.
   */
  readonly toolsListed?: boolean;
  readonly metrics: AgentLoopMetrics;
}

export type AgentLoopEnd =
  /** The model finished. */
  | { readonly stopReason: "natural"; readonly budget?: never; readonly error?: never }
  /** The budget that `budget` names was used up. */
  | { readonly stopReason: "budget"; readonly budget: BudgetName; readonly error?: never }
  /** A time limit was reached. */
  | { readonly stopReason: "timeout"; readonly budget?: never; readonly error: CodexError }
  /** The turn failed, or a tool call failed without recovery (see `onToolFailure`). */
  | {
      readonly stopReason: "error";
      readonly budget?: never;
      readonly error: CodexError | ToolCallError;
    };

type LoopEnd = Exclude<RunEnd, { type: "aborted" | "invalid-output" }>;

/** The result of a call that ran as an agent loop. */
export function describeLoop(run: AttemptedRun, end: LoopEnd, totalMs: number): AgentLoopResult {
  const { finalText, stepCount, stepBoundariesMs } = run.summary;
  return {
    ...describeEnd(run, end),
    ...(finalText !== undefined && { text: finalText }),
    toolCalls: run.toolCalls,
    toolFailures: run.toolFailures,
    ...(run.toolsListed !== undefined && { toolsListed: run.toolsListed }),
    metrics: { totalMs, ...countRun(run), stepCount, stepBoundariesMs },
  };
}

function describeEnd(run: AttemptedRun, end: LoopEnd): AgentLoopEnd {
  switch (end.type) {
    case "done":
      return { stopReason: "natural" };
    case "budget":
      return { stopReason: "budget", budget: end.budget };
    case "timeout":
      return { stopReason: "timeout", error: codexErrorOf(end.failure, run) };
    case "failed":
      return { stopReason: "error", error: codexErrorOf(end.failure, run) };
    case "tool-failed":
      return { stopReason: "error", error: new ToolCallError(end.toolFailures, remainsOf(run)) };
    default:
      return end satisfies never;
  }
}
