import type { RateLimitEvent } from "@ktx/codex-runtime";
import { budgetNames, budgets } from "@ktx/codex-runtime/budgets";
import { countOf } from "@ktx/config";
import { countUnits } from "../agent/budget-in-words.ts";
import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import { describeInput, renderToolCall } from "./tool-call-line.ts";
import { plain, truncate, wrapText } from "./layout.ts";
import { abandonedText, type LiveAnswer } from "./live-answer.ts";
import { textWidth } from "./text-width.ts";
import { createStyle } from "./style.ts";

/** Milliseconds without text after which a running call is shown below it. */
const pauseMs = 200;

/** Shows the progress of a run on stderr. Disposing it removes the current line. */
export interface LiveSteps extends RunObserver, Disposable {}

/** @param answer shows the answer, too, while the model writes it. */
export function createLiveSteps(
  { stderr, env }: Pick<CliIo, "stderr" | "env">,
  answer?: LiveAnswer,
): LiveSteps {
  const style = createStyle(stderr, env);
  const width = textWidth(stderr);
  let nameWidth = 0;
  const running: string[] = [];
  let number = 0;
  /** The used part of the step budget. */
  let used = "";
  /** Of the message that the model writes. */
  let writtenCharacters = 0;
  /** The wait in progress. */
  let waiting = "";

  // A log shows no current line.
  const clearLine = stderr.isTTY === true && env["TERM"] !== "dumb" ? "\r\u001b[K" : "";
  const present = (): string => {
    if (clearLine === "" || answer?.isMidLine === true) return "";
    const isWriting = writtenCharacters > 0 && answer === undefined;
    const model = isWriting
      ? `the model is writing: ${writtenCharacters.toLocaleString("en-US")} characters`
      : "the model is thinking";
    const doing = running.length === 0 ? model : running.join(" · ");
    return style.dim(truncate(`  …  ${waiting === "" ? used + doing : waiting}`, width - 1));
  };
  /** Draws the current line again, behind lines that stay. */
  const draw = (lines = ""): void => {
    // A line of the answer that is not complete stays as it is.
    if (answer?.isMidLine === true && lines === "") return;
    answer?.breakLine();
    stderr.write(`${clearLine}${lines}${present()}`);
  };
  /** Lines of calls that have ended. The model's words before a call may come a moment after it: they go first. */
  let held = "";
  const showHeld = (): void => {
    const lines = held;
    held = "";
    draw(lines);
  };
  let pause: NodeJS.Timeout | undefined;
  /** A call goes on: the current line appears below the text, unless more of that comes at once. */
  const drawSoon = (): void => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      answer?.breakLine();
      draw();
    }, pauseMs);
  };
  const tell = (sentence: string): void =>
    draw(`${style.warn(wrapText(plain(sentence), width))}\n`);

  return {
    onStart: ({ model, tools, ...bounds }) => {
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = countOf(tools.length, "tool");
      const start = style.dim(`${model} · ${offered} · at most ${describeBounds(bounds)}`);
      stderr.write(`${start}\n${present()}`);
    },
    onStep: ({ stepIndex, stepBudget }) => {
      used = `${stepIndex} of ${stepBudget} steps · `;
      showHeld();
    },
    onLimit: (event) => {
      waiting = describeWait(event) ?? waiting;
      if (event.type === "wait_started")
        tell(
          `limit: ${event.failure.message} Waiting until ${new Date(event.untilMs).toLocaleTimeString("en-GB")}.`,
        );
      else draw();
    },
    onWarning: (message) => tell(`warning: ${message}`),
    onCallStart: (tool, input) => {
      running.push(`${tool} ${describeInput(input)}`);
      if (answer?.isMidLine === true) drawSoon();
      else draw();
    },
    onCallEnd: (call) => {
      const index = running.indexOf(`${call.tool} ${describeInput(call.input)}`);
      if (index >= 0) running.splice(index, 1);
      if (running.length === 0) clearTimeout(pause);
      number += 1;
      const line = renderToolCall(call, { number, nameWidth, width, style });
      held += line;
      if (answer === undefined) showHeld();
      else draw();
    },
    onText: (part) => {
      writtenCharacters = part.type === "text-delta" ? writtenCharacters + part.delta.length : 0;
      if (answer?.isMidLine === false) stderr.write(clearLine);
      answer?.take(part);
      if (running.length > 0 && answer?.isMidLine === true) drawSoon();
      if (part.type === "reset") showHeld();
      const isAbandoned = answer && part.type === "reset" && part.reason === "abandoned";
      draw(isAbandoned ? `${style.dim(abandonedText)}\n` : "");
    },
    [Symbol.dispose]: () => {
      clearTimeout(pause);
      if (held !== "") showHeld();
      if (answer?.isMidLine === true) answer.breakLine();
      else stderr.write(clearLine);
    },
  };
}

/** `20,000 tokens, 8 steps, 5 tool calls, 60 s`. */
function describeBounds({
  timeoutMs,
  ...given
}: Omit<Parameters<RunObserver["onStart"]>[0], "model" | "tools">): string {
  const counts = budgetNames.flatMap((name) => {
    const value = given[budgets[name].option];
    return value === undefined ? [] : [countUnits(name, value)];
  });
  return [...counts, ...(timeoutMs === undefined ? [] : [`${timeoutMs / 1_000} s`])].join(", ");
}

/** The countdown; empty when the wait is over, undefined for other events. */
function describeWait(event: RateLimitEvent): string | undefined {
  switch (event.type) {
    case "wait_started":
      return describeCountdown(event.untilMs - event.atMs);
    case "wait_tick":
      return describeCountdown(event.remainingMs);
    case "wait_finished":
      return "";
    default:
      return undefined;
  }
}

/** `waiting for the limit to reset, 1:04:09 to go`. */
function describeCountdown(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1_000);
  const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const clock = `${twoDigits((seconds % 3_600) / 60)}:${twoDigits(seconds % 60)}`;
  return `waiting for the limit to reset, ${hours > 0 ? `${hours}:` : ""}${clock} to go`;
}
