import type { BatchEvent } from "@ktx/batch";
import { readReconnect } from "@ktx/codex-events";
import type { RunObserver } from "../agent/run-observer.ts";
import type { BatchInput, PromptsOfUnits } from "../batch/batch-input.ts";
import { addEvent, type BatchProgress, noProgress } from "../batch/batch-progress.ts";
import type { ResultLine } from "../batch/result-line.ts";
import type { CliIo } from "../cli-io.ts";
import { describeManyLive } from "../terminal/describe-live.ts";
import {
  type LiveEvent,
  type LiveState,
  nextLive,
  startLive,
  waitOf,
} from "../terminal/live-state.ts";
import { neutralise } from "../terminal/neutralise.ts";
import { jsonLine } from "../terminal/print.ts";
import { TickingScreen } from "../terminal/ticking-screen.ts";
import { describeTime } from "./describe-time.ts";
import { plain, wrapText } from "./layout.ts";
import { describeEstimate, describeSpan } from "./estimate-sentence.ts";
import { callIdOf } from "./live-run.ts";
import { createStyle, type Style } from "./style.ts";
import { textWidth } from "./text-width.ts";
import { formatDuration } from "./tool-call-line.ts";

/** Shows on stderr how far a batch is, and its results. Disposing it removes the bottom line. */
export interface LiveBatch extends Disposable {
  /** Observes the runs of the prompts. */
  readonly observer: RunObserver;
  readonly onEvent: BatchInput["onEvent"];
  /** Prints a result on stdout, which may be the same terminal. */
  readonly print: (result: ResultLine) => void;
}

export function createLiveBatch({
  stdout,
  stderr,
  env,
  now,
}: Pick<CliIo, "stdout" | "stderr" | "env" | "now">): LiveBatch {
  const style = createStyle(stderr, env);
  let progress: BatchProgress = noProgress;
  let live = startLive(now());
  let host: string | undefined;
  const warned = new Set<string>();
  const screen = new TickingScreen(stderr, env, (columns) =>
    style.dim(describeProgress(progress, live, { nowMs: now(), columns: columns - 1 })),
  );
  const apply = (event: LiveEvent): void => {
    live = nextLive(live, event, now());
    screen.refresh();
  };
  // A log shows no bottom line; it has a line for each end instead.
  const isLive = screen.canRedraw;
  const tell = (text: string, emphasis: ((text: string) => string) | undefined): void => {
    const wrapped = wrapText(plain(text), textWidth(stderr));
    screen.print((emphasis?.(wrapped) ?? wrapped).split("\n"));
  };
  const warn = (message: string): void => {
    if (warned.has(message)) return;
    warned.add(message);
    tell(`warning: ${message}`, style.warn);
  };
  return {
    onEvent: (event, prompts) => {
      progress = addEvent(progress, event);
      if (event.type === "store_lost")
        warn(
          `${event.message} Answers wait until the store takes them, for half a minute at most.`,
        );
      const sentence = describeEvent(event, { progress, prompts, isLive, nowMs: now() });
      if (sentence !== undefined) tell(sentence, emphasisOf(event, style));
      apply({ type: "heard" });
    },
    observer: {
      onStart: ({ host: asked }) => (host = asked),
      onStep: () => {},
      onLimit: () => {},
      onCallStart: (tool, input) =>
        apply({ type: "call-started", id: callIdOf(tool, input), name: neutralise(tool) }),
      onCallEnd: ({ tool, input }) => apply({ type: "call-ended", id: callIdOf(tool, input) }),
      onEvent: (event) => {
        const reconnect = readReconnect(event);
        if (reconnect === undefined) apply({ type: "heard" });
        else apply({ type: "reconnecting", ...reconnect, ...(host !== undefined && { host }) });
      },
      onRetry: (wait) => {
        const event = waitOf(wait, Date.now());
        if (event !== undefined) apply(event);
      },
      onWarning: warn,
    },
    print: (result) => {
      // One stream for both keeps the results above the bottom line.
      if (isLive && stdout.isTTY === true) screen.print([jsonLine(result).trimEnd()]);
      else stdout.write(jsonLine(result));
    },
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

function emphasisOf(event: BatchEvent, style: Style): ((text: string) => string) | undefined {
  switch (event.type) {
    case "batch_planned":
      return style.dim;
    case "unit_failed":
    case "wait_started":
      return style.warn;
    default:
      return undefined;
  }
}

/** The sentence that stays; undefined for an event that the bottom line shows. */
function describeEvent(
  event: BatchEvent,
  {
    progress,
    prompts,
    isLive,
    nowMs,
  }: {
    readonly progress: BatchProgress;
    readonly prompts: PromptsOfUnits;
    readonly isLive: boolean;
    readonly nowMs: number;
  },
): string | undefined {
  switch (event.type) {
    case "batch_planned":
      return describePlan(event, prompts);
    case "unit_done": {
      const { key, ranMs, tokens } = event;
      if (isLive) return undefined;
      return `done ${countOf(progress)}: ${prompts.idOf(key)} · ${formatDuration(ranMs)} · ${count(tokens)} tokens`;
    }
    case "unit_failed": {
      const { key, failure, retryAfterMs } = event;
      const again =
        retryAfterMs === undefined ? "" : ` It is tried again in ${formatDuration(retryAfterMs)}.`;
      return `failed: ${prompts.idOf(key)}: ${failure.message}${again}`;
    }
    case "wait_started":
      return `limit: ${event.reason} ${describeWait(event, nowMs)}`;
    case "wait_finished":
      return isLive ? undefined : "The wait for the limit is over.";
    case "stopping":
      return event.cause === "interrupt" && event.running > 0
        ? `Interrupting ${count(event.running)} running ${event.running === 1 ? "prompt" : "prompts"}. ${describeKept(progress)}`
        : undefined;
    default:
      return undefined;
  }
}

/** A second Ctrl-C leaves no time for a report. */
function describeKept({ done }: BatchProgress): string {
  const answers = `${count(done)} ${done === 1 ? "answer is" : "answers are"} kept. `;
  return `${done === 0 ? "" : answers}Ctrl-C again ends at once, and keeps as much.`;
}

function describePlan(
  { units, done, failed, estimate }: Extract<BatchEvent, { readonly type: "batch_planned" }>,
  prompts: PromptsOfUnits,
): string {
  // Prompts are never without units, but for those that have failed.
  if (units === 0) return "Nothing to try again: no prompt has failed.";
  const earlier = [
    done > 0 ? `${count(done)} done before` : "",
    failed > 0 ? `${count(failed)} failed before` : "",
  ].filter((part) => part !== "");
  // A run of failed prompts alone has fewer units than there are prompts that differ.
  const all = units === prompts.differing ? prompts.count : units;
  const differing = all === units ? [] : [`${count(units)} different`];
  const parts = [all === 1 ? "1 prompt" : `${count(all)} prompts`, ...differing, ...earlier];
  return `${parts.join(", ")}.${describeEstimate(estimate)}`;
}

function describeWait(
  { untilMs, willWait }: Extract<BatchEvent, { readonly type: "wait_started" }>,
  nowMs: number,
): string {
  const until = describeTime(untilMs, nowMs);
  return willWait
    ? `All prompts wait until ${until}.`
    : `It lasts until ${until}, longer than --wait allows.`;
}

function describeProgress(
  progress: BatchProgress,
  live: LiveState,
  place: { readonly nowMs: number; readonly columns: number },
): string {
  const { running, failed, tokens, tokenBudget, remainingMs } = progress;
  const left = progress.leftMs;
  const isCounted = tokens > 0 || tokenBudget !== undefined;
  return describeManyLive(
    { ...live, tokens: isCounted ? { used: tokens, of: tokenBudget } : undefined },
    {
      ...place,
      progress: [
        countOf(progress),
        remainingMs === undefined
          ? `${running} running`
          : `waiting for the limit to reset, ${describeClock(remainingMs)} to go`,
        failed > 0 ? `${count(failed)} failed` : undefined,
      ],
      left:
        left === undefined || remainingMs !== undefined ? undefined : `${describeSpan(left)} left`,
      isSilent: running > 0,
    },
  );
}

function countOf({ done, units }: BatchProgress): string {
  return `${count(done)} of ${count(units)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1:04:09`. */
function describeClock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const clock = `${twoDigits((seconds % 3_600) / 60)}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}
