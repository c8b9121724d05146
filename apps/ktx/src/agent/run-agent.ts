import {
  type AgentLoopEnd,
  type AgentLoopMetrics,
  type AgentLoopResult,
  findRunEnd,
} from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { checkPrompt, prepareRun, type RunInput } from "./prepare-run.ts";
import { reportEnd, type RunEndReport } from "./report-end.ts";

/** The result of a run; the object that `ktx run --json` prints. */
export interface AgentRunReport extends RunEndReport {
  readonly version: 1;
  /** The answer, or the model's text when it was stopped; null without any text. */
  readonly text: string | null;
  readonly toolCalls: AgentLoopResult["toolCalls"];
  /** The calls that failed, each with `recovered`. */
  readonly toolFailures: AgentLoopResult["toolFailures"];
  readonly metrics: AgentLoopMetrics;
}

/**
 * Runs the model with the user's tools. Invalid input is refused before anything is started.
 */
export async function runAgent(
  input: RunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode">,
): Promise<AgentRunReport> {
  checkPrompt(input.prompt);
  await using run = await prepareRun(input, io);
  const { runtime, role, toolSet, toolObserver, images, bounds } = run;
  const result = await runtime.runAgentLoop({
    modelRole: role,
    systemPrompt: input.system ?? "",
    userPrompt: input.prompt,
    images,
    toolSet,
    toolObserver,
    ...bounds,
    onStepFinish: input.observer.onStep,
    ...(input.observer.onText && { onTextDelta: input.observer.onText }),
    abortSignal: io.signal,
  });
  return {
    version: 1,
    ...reportEnd(endOf(result)),
    text: result.text ?? null,
    toolCalls: result.toolCalls,
    toolFailures: result.toolFailures,
    metrics: result.metrics,
  };
}

function endOf(result: AgentLoopEnd): Parameters<typeof reportEnd>[0] {
  switch (result.stopReason) {
    case "natural":
      return { type: "done" };
    case "budget":
      return { type: "budget", budget: result.budget };
    case "timeout":
    case "error":
      return findRunEnd(result.error);
    default:
      return result satisfies never;
  }
}
