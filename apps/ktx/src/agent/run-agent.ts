import {
  type AgentLoopMetrics,
  type AgentLoopResult,
  CodexError,
  CodexKtxLlmRuntime,
  checkModel,
  RateLimitGovernor,
} from "@ktx/codex-runtime";
import { modelRoles } from "@ktx/config";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { readProject } from "../project/read-project.ts";
import { type LlmFlags, resolveLlm } from "../project/resolve-llm.ts";
import { explainError } from "./explain-error.ts";
import { loadTools } from "./load-tools.ts";
import { observeTools } from "./observe-tools.ts";
import type { RunObserver } from "./run-observer.ts";

export interface AgentRunInput extends LlmFlags {
  readonly prompt: string;
  readonly system?: string | undefined;
  /** The path of a module that exports tools. */
  readonly tools?: string | undefined;
  readonly steps: number;
  readonly toolCalls?: number | undefined;
  readonly tokens?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Minutes that the run may wait for the account's limits. */
  readonly wait: number;
  readonly role: string;
  readonly projectDir?: string | undefined;
  readonly observer: RunObserver;
}

/** How a run ended; the object that `ktx run --json` prints. */
export interface AgentRunReport {
  readonly version: 1;
  readonly stopReason: AgentLoopResult["stopReason"];
  /** What was used up, where that ended the run. */
  readonly budget?: NonNullable<AgentLoopResult["budget"]>;
  /** The answer, or what the model had said when it was stopped; null when it had said nothing. */
  readonly text: string | null;
  readonly toolCalls: AgentLoopResult["toolCalls"];
  readonly metrics: AgentLoopMetrics;
  readonly error?: {
    /** A kind of `TurnFailure`, or `tool-call`. */
    readonly kind: string;
    readonly message: string;
    readonly next?: string;
  };
}

/**
 * Runs the model with the user's tools. All that can be refused is refused before anything is started.
 */
export async function runAgent(
  input: AgentRunInput,
  io: Pick<CliIo, "cwd" | "env" | "now" | "signal">,
): Promise<AgentRunReport> {
  const { signal } = io;
  if (input.prompt.trim() === "")
    throw usageError("Expected a prompt, got an empty text.", {
      next: "Say what the model is to do, or pipe it in: ktx run - < prompt.md",
    });
  const role = modelRoles.find((known) => known === input.role);
  if (role === undefined)
    throw usageError(`Expected --role to be one of ${modelRoles.join(", ")}; got ${input.role}.`);
  const project = await readProject(input.projectDir, io);
  const llm = resolveLlm({ project, flags: input, env: io.env, command: "ktx run" });
  const model = checkModel(llm.modelSlots[role] ?? llm.modelSlots.default, {
    customEndpoint: llm.endpoint !== undefined,
  });
  const toolSet =
    input.tools === undefined ? {} : await loadTools({ path: input.tools, cwd: io.cwd, signal });

  const bounds = {
    stepBudget: input.steps,
    ...(input.toolCalls !== undefined && { toolCallBudget: input.toolCalls }),
    ...(input.tokens !== undefined && { tokenBudget: input.tokens }),
    ...(input.timeout !== undefined && { timeoutMs: input.timeout * 1_000 }),
  };
  const tools = Object.values(toolSet).map(({ name }) => name);
  input.observer.onStart({ model, tools, ...bounds });
  const rateLimits = new RateLimitGovernor({ maxWaitMs: input.wait * 60_000 });
  rateLimits.subscribe(input.observer.onLimit);
  const runtime = new CodexKtxLlmRuntime({
    ...llm,
    projectDir: project.discovery.directory,
    rateLimits,
    onWarning: ({ message }) => input.observer.onWarning(message),
  });
  const result = await runtime.runAgentLoop({
    modelRole: role,
    systemPrompt: input.system ?? "",
    userPrompt: input.prompt,
    toolSet: observeTools(toolSet, input.observer, io.now),
    ...bounds,
    onStepFinish: input.observer.onStep,
    abortSignal: signal,
  });
  return {
    version: 1,
    stopReason: result.stopReason,
    ...(result.budget && { budget: result.budget }),
    text: result.text ?? null,
    toolCalls: result.toolCalls,
    metrics: result.metrics,
    ...(result.error && { error: describeError(result.error) }),
  };
}

function describeError(error: Error): NonNullable<AgentRunReport["error"]> {
  const explained = explainError(error);
  const next = explained instanceof CliError ? explained.parts.next : undefined;
  return {
    kind: error instanceof CodexError ? error.failure.kind : "tool-call",
    message: error.message,
    ...(next !== undefined && { next }),
  };
}
