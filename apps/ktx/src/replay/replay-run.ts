import type { ThreadEvent } from "@ktx/codex-events";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import {
  readRecording,
  type RecordedThreads,
  type RecordedTurn,
  RecordingError,
  replayText,
} from "@ktx/recording";
import { type AgentRunReport, reportLoop } from "../agent/run-agent.ts";
import { callbacksOf, type RunObserver } from "../agent/run-observer.ts";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { readGivenFile } from "../read-given-file.ts";

export interface ReplayInput {
  /** The path of the recording. */
  readonly file: string;
  /** 1: the pauses of the recording. */
  readonly speed: number;
  readonly observer: RunObserver;
}

/**
 * Shows a recorded run again, without a model and without its tools. Of several
 * turns, the report is that of the last one.
 *
 * @throws {CliError} for a file that cannot be read, or is no recording.
 */
export async function replayRun(
  { file, speed, observer }: ReplayInput,
  io: Pick<CliIo, "cwd" | "signal">,
): Promise<AgentRunReport> {
  const { text, threads } = await readFileOf(file, io);
  const [first, ...others] = threads.flat();
  if (first === undefined) throw notReadable(file, "It has no turn.");
  const { model } = first.start;
  const runtime = new CodexKtxLlmRuntime({
    projectDir: io.cwd,
    modelSlots: { default: model },
    // A recording names the model of whatever service; only with an endpoint any name counts. Nothing connects to it.
    endpoint: { baseUrl: "http://127.0.0.1:9/v1" },
    transport: replayText(text, { speed }),
    maxRetries: 0,
    onWarning: ({ message }) => observer.onWarning(message),
  });
  observer.onStart({ model, host: "a recording", tools: first.start.tools });
  const show = async ({ start }: RecordedTurn): Promise<AgentRunReport> => {
    const result = await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: start.instructions ?? "",
      userPrompt: start.prompt,
      toolSet: {},
      // The recording has had its budgets; no run has so many steps.
      stepBudget: 1_000_000,
      onToolFailure: "continue",
      onStepFinish: observer.onStep,
      ...callbacksOf({ ...observer, onEvent: watchCalls(observer, speed) }),
      abortSignal: io.signal,
    });
    return reportLoop(result);
  };
  let report = await show(first);
  // A second attempt and a repair have threads or turns of their own.
  for (const turn of others.filter(({ start }) => start.thread !== first.start.thread))
    report = await show(turn);
  return report;
}

async function readFileOf(
  file: string,
  io: Pick<CliIo, "cwd" | "signal">,
): Promise<{ readonly text: string; readonly threads: RecordedThreads }> {
  try {
    const text = await readGivenFile(file, io);
    return { text, threads: readRecording(text) };
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof RecordingError) throw notReadable(file, error.message);
    throw notReadable(file, error instanceof Error ? error.message : String(error));
  }
}

function notReadable(file: string, why: string): Error {
  return usageError(`Expected a recording, got ${file}.`, {
    why,
    next: "Record a run: ktx run --record run.jsonl <prompt>",
  });
}

/** Shows tool calls from the events of Codex: the tools themselves do not run. */
function watchCalls(observer: RunObserver, speed: number): (event: ThreadEvent) => void {
  const started = new Map<string, number>();
  return (event) => {
    observer.onEvent?.(event);
    if (event.type !== "item.started" && event.type !== "item.completed") return;
    const { item } = event;
    if (item.type !== "mcp_tool_call") return;
    const { id = "" } = item;
    const now = performance.now();
    if (!started.has(id)) observer.onCallStart(item.tool, item.arguments);
    const startedAt = started.get(id) ?? now;
    started.set(id, startedAt);
    if (event.type === "item.started") return;
    const failed = item.status === "failed" ? (item.error?.message ?? "It failed.") : undefined;
    observer.onCallEnd({
      tool: item.tool,
      input: item.arguments,
      durationMs: (now - startedAt) * speed,
      ...(failed !== undefined && { error: failed }),
    });
  };
}
