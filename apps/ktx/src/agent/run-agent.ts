import {
  type AgentLoopEnd,
  type AgentLoopMetrics,
  type AgentLoopResult,
  findRunEnd,
} from "@ktx/codex-runtime";
import type { AdviceScene } from "../advice/next-step.ts";
import type { CliIo } from "../cli-io.ts";
import { type KeptName, keptOnAbort, openNamed } from "../threads/named-thread.ts";
import { countTries } from "./count-tries.ts";
import { explainRunEnd } from "./explain-connection.ts";
import { callbacksOf } from "./run-observer.ts";
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
  /** The kept thread of the run; absent without --thread, and where it is not kept. */
  readonly thread?: KeptName;
}

/**
 * Runs the model with the user's tools. Invalid input is refused before anything is started.
 */
export async function runAgent(
  input: RunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode" | "stdin" | "stderr">,
): Promise<AgentRunReport> {
  checkPrompt(input.prompt);
  // A thread that is kept has a process of its own.
  const isHeld = input.thread !== undefined;
  await using run = await prepareRun(input, io, { warm: !isHeld, isHeld });
  await using named = await openNamed(run, input);
  const { runtime, role, toolSet, toolObserver, images, bounds, approval } = run;
  const { observer, tries } = countTries(input.observer);
  const explain = (report: AgentRunReport): Promise<AgentRunReport> =>
    explainRunEnd(report, { ...run, tries: tries() }, io);
  const work = {
    userPrompt: input.prompt,
    images,
    ...bounds,
    ...approval,
    onStepFinish: input.observer.onStep,
    ...callbacksOf(observer),
    abortSignal: io.signal,
  };
  if (named === undefined) {
    const { system: systemPrompt = "" } = input;
    const given = { modelRole: role, systemPrompt, toolSet, toolObserver };
    const result = await runtime.runAgentLoop({ ...given, ...work });
    return explain(reportLoop(result, run.scene));
  }
  const result = await keptOnAbort(named, named.thread.runAgentLoop(work));
  const hasSaid = result.text !== undefined || result.toolCalls.length > 0;
  const thread = await named.keep({ hasSaid });
  const report = await explain(reportLoop(result, run.scene));
  return { ...report, ...(thread !== undefined && { thread }) };
}

export function reportLoop(result: AgentLoopResult, scene?: AdviceScene): AgentRunReport {
  return {
    version: 1,
    ...reportEnd(endOf(result), scene),
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
