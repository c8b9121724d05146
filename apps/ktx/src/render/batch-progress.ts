import type { BatchEvent } from "@ktx/batch";
import type { BatchInput } from "../batch/batch-input.ts";
import type { CliIo } from "../cli-io.ts";
import { addEvent, type BatchProgress, noProgress } from "../batch/batch-progress.ts";
import { plain, truncate, wrapText } from "./layout.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";
import { formatDuration } from "./tool-call-line.ts";

/** Shows on stderr how far a batch is. Disposing it removes the current line. */
export interface LiveBatch extends Disposable {
  readonly onEvent: BatchInput["onEvent"];
  readonly onWarning: (message: string) => void;
  /** Runs a write to stdout, which may be the same terminal. */
  readonly aside: (write: () => void) => void;
}

export function createLiveBatch({ stderr, env }: Pick<CliIo, "stderr" | "env">): LiveBatch {
  const style = createStyle(stderr, env);
  // A log shows no current line; it has a line for each end instead.
  const isLive = stderr.isTTY === true && env["TERM"] !== "dumb";
  let progress: BatchProgress = noProgress;
  const warned = new Set<string>();
  const present = (): string =>
    isLive ? style.dim(truncate(`  …  ${describeProgress(progress)}`, textWidth(stderr) - 1)) : "";
  const draw = (lines = ""): void => {
    stderr.write(`${isLive ? "\r\u001b[K" : ""}${lines}${present()}`);
  };
  const sentence = (text: string): string => `${wrapText(plain(text), textWidth(stderr))}\n`;
  const lineOf: (...told: Parameters<BatchInput["onEvent"]>) => string = (event, idOf) => {
    switch (event.type) {
      case "batch_planned":
        return style.dim(sentence(describePlan(event)));
      case "unit_done":
        if (isLive) return "";
        return sentence(
          `done ${countOf(progress)}: ${idOf(event.key)} · ${formatDuration(event.ranMs)} · ${count(event.tokens)} tokens`,
        );
      case "unit_failed": {
        const { key, failure, retryAfterMs } = event;
        const again =
          retryAfterMs === undefined
            ? ""
            : ` It is tried again in ${formatDuration(retryAfterMs)}.`;
        return style.warn(sentence(`failed: ${idOf(key)}: ${failure.message}${again}`));
      }
      case "wait_started":
        return style.warn(sentence(`limit: ${event.reason} ${describeWait(event)}`));
      case "wait_finished":
        return isLive ? "" : sentence("The wait for the limit is over.");
      case "stopping":
        return event.cause === "interrupt" && event.running > 0
          ? sentence(`Interrupting ${event.running} running prompts.`)
          : "";
      default:
        return "";
    }
  };
  return {
    onEvent: (event, idOf) => {
      progress = addEvent(progress, event);
      const lines = lineOf(event, idOf);
      if (isLive || lines !== "") draw(lines);
    },
    onWarning: (message) => {
      if (warned.has(message)) return;
      warned.add(message);
      draw(style.warn(sentence(`warning: ${message}`)));
    },
    aside: (write) => {
      if (isLive) stderr.write("\r\u001b[K");
      write();
      if (isLive) draw();
    },
    [Symbol.dispose]: () => {
      if (isLive) stderr.write("\r\u001b[K");
    },
  };
}

function describePlan({
  units,
  done,
  failed,
  estimate,
}: Extract<BatchEvent, { readonly type: "batch_planned" }>): string {
  const earlier = [
    done > 0 ? `${count(done)} done before` : "",
    failed > 0 ? `${count(failed)} failed before` : "",
  ].filter((part) => part !== "");
  const parts = [`${count(units)} prompts`, ...earlier];
  const { tokens, ms, samples } = estimate;
  const cost =
    tokens === undefined || ms === undefined || samples === 0
      ? ""
      : ` To do: ${count(estimate.units)}, about ${count(tokens)} tokens and ${describeSpan(ms)}, by ${count(samples)} earlier answers.`;
  return `${parts.join(", ")}.${cost}`;
}

function describeWait({
  untilMs,
  willWait,
}: Extract<BatchEvent, { readonly type: "wait_started" }>): string {
  const until = new Date(untilMs).toLocaleString("sv-SE");
  return willWait
    ? `All prompts wait until ${until}.`
    : `It lasts until ${until}, longer than --wait allows.`;
}

function describeProgress(progress: BatchProgress): string {
  const { running, failed, tokens, tokenBudget, remainingMs } = progress;
  const budget = tokenBudget === undefined ? "" : ` of ${count(tokenBudget)}`;
  const left = progress.leftMs;
  return [
    countOf(progress),
    remainingMs === undefined
      ? `${running} running`
      : `waiting for the limit to reset, ${describeClock(remainingMs)} to go`,
    failed > 0 ? `${count(failed)} failed` : "",
    tokens > 0 || budget !== "" ? `${count(tokens)}${budget} tokens` : "",
    left === undefined || remainingMs !== undefined ? "" : `${describeSpan(left)} left`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function countOf({ done, units }: BatchProgress): string {
  return `${count(done)} of ${count(units)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `40 s`, `12 min`, `3 h 5 min`. */
function describeSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1:04:09`. */
function describeClock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const clock = `${twoDigits((seconds % 3_600) / 60)}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}
