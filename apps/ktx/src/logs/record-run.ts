import { randomBytes } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { readPackagedVersion } from "@ktx/codex-binary";
import { makeFolder } from "@ktx/codex-home";
import type { RunMetrics } from "@ktx/codex-runtime";
import type { RunEndReport } from "../agent/report-end.ts";
import type { RunObserver } from "../agent/run-observer.ts";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { readVersion } from "../read-version.ts";
import { createCleaner } from "./clean-text.ts";
import type { RunEvent, RunFailure } from "./run-event.ts";
import { logsFolder, removeOldRecords } from "./run-records.ts";

type Clean = (text: string) => string;
/** An event without its time. */
export type RunEventToAdd = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, "at">
    : never
  : never;

/** Writes the events of one run. A disk that takes none of them does not disturb the run. Disposing it waits for them. */
export interface RunRecorder extends AsyncDisposable {
  readonly clean: Clean;
  /** Makes the file, before the first event. */
  readonly begin: () => void;
  readonly add: (event: RunEventToAdd) => void;
}

interface RecorderInput {
  readonly command: string;
  /** Texts of the user, which no event may hold. */
  readonly texts: readonly (string | undefined)[];
  readonly env: CliIo["env"];
}

/** Opens a record. Its file is there from the first event on. */
export function openRecorder({ command, texts, env }: RecorderInput): RunRecorder {
  const folder = logsFolder(env);
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${randomBytes(3).toString("hex")}.jsonl`;
  let written: Promise<void> | undefined;
  const begin = async (): Promise<void> => {
    await makeFolder(folder);
    await removeOldRecords(folder);
  };
  const write = (earlier: Promise<void>, event: RunEventToAdd): Promise<void> => {
    const line = JSON.stringify({ ...event, at: new Date().toISOString() });
    return earlier.then(() => appendFile(join(folder, name), `${line}\n`, { mode: 0o600 }));
  };
  let cleaner: Clean | undefined;
  const beginFile = (): Promise<void> => {
    written ??= write(begin(), beginOf(command, env));
    // A record is a help, and no part of the run.
    written.catch(() => {});
    return written;
  };
  return {
    clean: (text) => {
      cleaner ??= createCleaner({ env, texts: texts.filter((one) => one !== undefined) });
      return cleaner(text);
    },
    begin: () => void beginFile(),
    add: (event) => {
      written = write(beginFile(), event);
      written.catch(() => {});
    },
    [Symbol.asyncDispose]: async () => {
      await written?.catch(() => {});
    },
  };
}

function beginOf(command: string, env: CliIo["env"]): RunEventToAdd {
  return {
    type: "begin",
    version: 1,
    command,
    ktx: readVersion(),
    // The binary is not asked: that would delay each run.
    codex: env["KTX_CODEX_PATH"] ? "of KTX_CODEX_PATH" : (readPackagedVersion() ?? "not installed"),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Runs a command with a record of it. Bad input, which starts nothing, leaves no record. */
export async function recordRun<Input extends RecordedInput, Report extends RecordedReport>(
  { command, input, io }: { command: string; input: Input; io: Pick<CliIo, "env" | "signal"> },
  work: (input: Input) => Promise<Report>,
): Promise<Report> {
  const texts = [input.prompt, input.system];
  await using recorder = openRecorder({ command, texts, env: io.env });
  let hasStarted = false;
  const observer = recordEvents(input.observer, recorder, () => (hasStarted = true));
  try {
    const report = await work({ ...input, observer });
    recorder.add(endOf(report, recorder.clean));
    return report;
  } catch (error) {
    const isUsage = error instanceof CliError && error.parts.exitCode === exitCodes.usage;
    if (hasStarted || !isUsage) recorder.add(endOfThrown(error, io.signal, recorder.clean));
    throw error;
  }
}

interface RecordedInput {
  readonly prompt: string;
  readonly system?: string | undefined;
  readonly observer: RunObserver;
}

interface RecordedReport extends RunEndReport {
  readonly metrics: RunMetrics & { readonly stepCount?: number };
}

/** The same observer; the record gets its events, too. */
function recordEvents(
  observer: RunObserver,
  { add, clean }: RunRecorder,
  onStart: () => void,
): RunObserver {
  return {
    ...observer,
    onStart: (run) => {
      onStart();
      add({ type: "start", model: run.model, tools: run.tools.length });
      observer.onStart(run);
    },
    onCallEnd: (call) => {
      const { tool, durationMs, error } = call;
      add({ type: "call", tool, durationMs: Math.round(durationMs), failed: error !== undefined });
      observer.onCallEnd(call);
    },
    onLimit: (event) => {
      if (event.type !== "wait_tick") add({ type: "limit", event: event.type });
      observer.onLimit(event);
    },
    onWarning: (message) => {
      add({ type: "warning", message: clean(message) });
      observer.onWarning(message);
    },
  };
}

/** Kinds whose messages quote the answer of the model, or the arguments of a call. */
const quoting: ReadonlySet<string> = new Set([
  "invalid-output",
  "unprintable-value",
  "tool-call",
  "tool-failed",
]);

/** The message of a failure, where it quotes nothing. */
export function withoutQuotes(
  {
    kind,
    message,
    failedTools = [],
  }: Pick<RunFailure, "kind" | "message"> & { readonly failedTools?: readonly string[] },
  clean: Clean,
): string {
  if (!quoting.has(kind)) return clean(message);
  const named = failedTools.length === 0 ? "" : `Failed tool: ${failedTools.join(", ")}. `;
  return `${named}The message is left out, since it may quote the answer or the arguments of a tool call.`;
}

/** The end of a run by its report. */
export function endOf(
  { stopReason, budget, error, metrics }: RecordedReport | (RunEndReport & { metrics?: undefined }),
  clean: Clean,
): RunEventToAdd {
  const failure: RunFailure | undefined = error && {
    kind: error.kind,
    message: withoutQuotes(error, clean),
    ...(error.why !== undefined && { why: clean(error.why) }),
    ...(error.next !== undefined && { next: clean(error.next) }),
  };
  return {
    type: "end",
    outcome: stopReason === "natural" ? "done" : stopReason,
    ...(budget !== undefined && { budget }),
    ...(failure && { failure }),
    ...(metrics && {
      totalMs: Math.round(metrics.totalMs),
      ...(metrics.stepCount !== undefined && { steps: metrics.stepCount }),
      ...(metrics.usage.totalTokens !== undefined && { tokens: metrics.usage.totalTokens }),
    }),
  };
}

/** The end of a run that threw. */
export function endOfThrown(error: unknown, signal: AbortSignal, clean: Clean): RunEventToAdd {
  if (signal.aborted) return { type: "end", outcome: "interrupted" };
  if (error instanceof CliError) {
    const { what, why, next } = error.parts;
    const message = clean([what, why].filter((part) => part !== undefined).join(" "));
    const failure = { kind: "ktx", message, ...(next !== undefined && { next: clean(next) }) };
    return { type: "end", outcome: "error", failure };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  const message = clean(error instanceof Error ? error.message : String(error));
  const failure = { kind: "defect", message, ...(stack !== undefined && { stack: clean(stack) }) };
  return { type: "end", outcome: "error", failure };
}
