import type { UnitFailure, UnitOutcome } from "@ktx/batch";
import {
  type CodexKtxLlmRuntime,
  type ErrorEnd,
  findRunEnd,
  findStartProblem,
  type OutputSchema,
  type RunBudgets,
  type RunMetrics,
  type RunPolicy,
} from "@ktx/codex-runtime";
import type { ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { AdviceScene } from "../advice/next-step.ts";
import { type ExplainedEnd, explainEnd } from "../agent/explain-end.ts";
import type { RunObserver } from "../agent/run-observer.ts";
import { toJsonValue } from "../agent/to-json-value.ts";
import { limitOf } from "./limit-of.ts";
import type { Prompt } from "./prompt.ts";
import type { PromptAnswer } from "./result-line.ts";

/** The runtime of all prompts, with what each of them may use. */
export interface PromptRuntime {
  readonly runtime: Pick<CodexKtxLlmRuntime, "generateText" | "generateObject">;
  readonly role: string;
  readonly tools: ToolSet;
  readonly toolObserver: ToolObserver;
  readonly bounds: RunBudgets & RunPolicy;
  readonly schema: OutputSchema | undefined;
  /** The account, for the advice after a failure. */
  readonly scene?: AdviceScene;
  readonly onEvent?: RunObserver["onEvent"];
  readonly onRetry?: RunObserver["onRetry"];
}

/** The state of the account and the network, as the prompts so far have met it. */
export interface Surroundings {
  /** The last end of a wait that the governor of the runs named; 0 for none. */
  readonly governedUntilMs: number;
  /** True once a prompt has its answer. */
  readonly hasAnswers: boolean;
  readonly nowMs: number;
}

/** The end of one attempt, and the fix where it ends the whole batch. */
export interface AskedPrompt {
  readonly outcome: UnitOutcome<PromptAnswer>;
  readonly next?: string;
}

/** Asks the model once. Never rejects. */
export async function askPrompt(
  { runtime, role, tools, toolObserver, bounds, schema, scene, onEvent, onRetry }: PromptRuntime,
  { text: prompt, system }: Omit<Prompt, "id">,
  signal: AbortSignal,
  look: () => Surroundings,
): Promise<AskedPrompt> {
  let tokens = 0;
  const input = {
    role,
    prompt,
    ...(system !== undefined && { system }),
    tools,
    toolObserver,
    ...bounds,
    abortSignal: signal,
    ...(onEvent && { onEvent }),
    ...(onRetry && { onRetry }),
    onMetrics: ({ usage }: RunMetrics): void => {
      tokens = usage.totalTokens ?? 0;
    },
  };
  try {
    const answer =
      schema === undefined
        ? { text: await runtime.generateText(input) }
        : { value: await runtime.generateObject({ ...input, schema }) };
    return { outcome: { ...toOutcome(answer), tokens } };
  } catch (error) {
    const { outcome, ...more } = decideFailure(error, look(), scene);
    return { outcome: { ...outcome, tokens }, ...more };
  }
}

/** The schema's own code may have made a value that JSON cannot express. */
function toOutcome(answer: PromptAnswer): UnitOutcome<PromptAnswer> {
  if ("text" in answer) return { type: "done", result: answer };
  try {
    return { type: "done", result: { value: toJsonValue(answer.value) } };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `The value cannot be written as JSON: ${why}`;
    return { type: "failed", failure: { kind: "unprintable-value", message }, isRetryable: false };
  }
}

function decideFailure(
  error: unknown,
  surroundings: Surroundings,
  scene: AdviceScene | undefined,
): AskedPrompt {
  const problem = findStartProblem(error);
  if (problem !== undefined) {
    const failure = { kind: problem.cause, message: problem.message };
    return problem.cause === "machine"
      ? blocked(failure, problem.suggestion)
      : { outcome: { type: "failed", failure, isRetryable: false } };
  }
  const end = findRunEnd(error);
  if (end !== undefined) return decideEnd(end, surroundings, explainEnd(end, scene));
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: { type: "failed", failure: { kind: "thrown", message } } };
}

function decideEnd(
  end: ErrorEnd,
  surroundings: Surroundings,
  explained: ExplainedEnd,
): AskedPrompt {
  const failed = (kind: string, isRetryable: boolean): AskedPrompt => ({
    outcome: { type: "failed", failure: { kind, message: explained.message }, isRetryable },
  });
  switch (end.type) {
    case "budget":
      return failed("budget", false);
    case "tool-failed":
      return failed("tool-call", true);
    case "invalid-output":
      return failed("invalid-output", true);
    case "timeout":
    case "failed":
      return decideTurn(end.failure, explained, surroundings);
    default:
      return end satisfies never;
  }
}

function decideTurn(
  failure: Extract<ErrorEnd, { readonly type: "failed" }>["failure"],
  { message, next }: ExplainedEnd,
  { governedUntilMs, hasAnswers, nowMs }: Surroundings,
): AskedPrompt {
  const { kind } = failure;
  switch (kind) {
    case "usage-limit":
    case "rate-limit":
      return { outcome: { type: "limited", limit: limitOf(failure, governedUntilMs, nowMs) } };
    case "auth":
    case "model-unavailable":
    case "codex-config":
    case "invalid-output-schema":
    case "tool-server":
      return blocked({ kind, message }, next);
    case "network":
      // A network that was there comes back; an address that never answered is probably wrong.
      return hasAnswers
        ? { outcome: { type: "limited", limit: { message } } }
        : blocked({ kind, message }, next);
    default: {
      // Codex may die of one prompt, or for a reason that passes.
      const isRetryable = failure.retryable || kind === "process";
      return { outcome: { type: "failed", failure: { kind, message }, isRetryable } };
    }
  }
}

function blocked(failure: UnitFailure, next: string | undefined): AskedPrompt {
  return { outcome: { type: "blocked", failure }, ...(next !== undefined && { next }) };
}
