import type { AgentLoopMetrics, AgentLoopResult } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { describeRunError, type RunErrorReport } from "./describe-run-error.ts";
import { checkPrompt, prepareRun, type RunInput } from "./prepare-run.ts";

/** How a run ended; the object that `ktx run --json` prints. */
export interface AgentRunReport {
  readonly version: 1;
  readonly stopReason: AgentLoopResult["stopReason"];
  /** What was used up, where that ended the run. */
  readonly budget?: NonNullable<AgentLoopResult["budget"]>;
  /** The answer, or what the model had said when it was stopped; null when it had said nothing. */
  readonly text: string | null;
  readonly toolCalls: AgentLoopResult["toolCalls"];
  /** The calls that failed, each with `recovered`. */
  readonly toolFailures: AgentLoopResult["toolFailures"];
  readonly metrics: AgentLoopMetrics;
  readonly error?: RunErrorReport;
}

/**
 * Runs the model with the user's tools. All that can be refused is refused before anything is started.
 */
export async function runAgent(
  input: RunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode">,
): Promise<AgentRunReport> {
  checkPrompt(input.prompt);
  const { runtime, role, toolSet, toolObserver, bounds } = await prepareRun(input, io);
  const result = await runtime.runAgentLoop({
    modelRole: role,
    systemPrompt: input.system ?? "",
    userPrompt: input.prompt,
    toolSet,
    toolObserver,
    ...bounds,
    onStepFinish: input.observer.onStep,
    abortSignal: io.signal,
  });
  return {
    version: 1,
    stopReason: result.stopReason,
    ...(result.budget && { budget: result.budget }),
    text: result.text ?? null,
    toolCalls: result.toolCalls,
    toolFailures: result.toolFailures,
    metrics: result.metrics,
    ...(result.error && { error: describeRunError(result.error) }),
  };
}
