import type {
  StoredMessage,
  RateLimitEvent,
  RunMetrics,
  TextStreamEvent,
} from "@ktx/codex-runtime";
import { countOf } from "@ktx/config";
import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import type { CliErrorParts } from "../cli-error.ts";
import { renderError } from "../report-error.ts";
import { abandonedText, LiveAnswer } from "../render/live-answer.ts";
import { plain, truncate, wrapText } from "../render/layout.ts";
import { renderMetrics } from "../render/metrics.ts";
import { createStyle } from "../render/style.ts";
import { textWidth } from "../render/text-width.ts";
import { describeInput, renderToolCall } from "../render/tool-call-line.ts";
import { toolCallOf } from "./tool-call-of.ts";

/** Milliseconds without text after which a running call is shown below it. */
const pauseMs = 200;

/** The end of a turn. */
interface TurnEnd {
  /** The answer; of a turn that failed, the text so far. */
  readonly text?: string | undefined;
  readonly metrics?: RunMetrics | undefined;
  readonly isInterrupted?: boolean;
}

/** Shows a chat: answers as they are written, and the tool calls between them. */
export interface ChatView extends RunObserver {
  /** Earlier messages of the conversation. */
  readonly recall: (messages: readonly StoredMessage[]) => void;
  readonly beginTurn: () => void;
  readonly take: (event: TextStreamEvent) => void;
  /** The end of a turn, however it ended. */
  readonly endTurn: (end: TurnEnd) => void;
  /** An error that leaves the chat open. */
  readonly fail: (error: Omit<CliErrorParts, "exitCode">) => void;
  /** A sentence of ktx itself. */
  readonly tell: (text: string) => void;
  /** A command to copy, in one line however long it is. */
  readonly tellCommand: (command: string) => void;
}

/**
 * In a terminal, everything goes to one stream, so that the order stays. If stdout is not a terminal, it gets only the
 * answers, each whole at its end.
 */
export function createChatView(
  io: Pick<CliIo, "stdout" | "stderr" | "env">,
  { isInteractive }: { readonly isInteractive: boolean },
): ChatView {
  const { stdout, stderr, env } = io;
  const style = createStyle(stderr, env);
  const width = textWidth(stderr);
  const isTerminal = stdout.isTTY === true;
  let answer: LiveAnswer | undefined;
  const running: string[] = [];
  let nameWidth = 0;
  let number = 0;
  let isTurn = false;
  let isWaiting = false;

  const clear = (): void => {
    if (isWaiting) stderr.write("\r\u001b[K");
    isWaiting = false;
  };
  const wait = (): void => {
    if (!isInteractive || !isTurn || answer?.isMidLine === true) return;
    clear();
    const doing = running.length === 0 ? "the model is thinking" : running.join(" · ");
    stderr.write(style.dim(truncate(`  …  ${doing}`, width - 1)));
    isWaiting = true;
  };
  const breakLine = (): void => {
    clear();
    answer?.breakLine();
  };
  const note = (text: string): void => {
    breakLine();
    stderr.write(`${text}\n`);
  };
  /** Lines of calls that have ended. The model's words before a call may come a moment after it: they go first. */
  let held = "";
  const showHeld = (): void => {
    if (held === "") return;
    breakLine();
    stderr.write(held);
    held = "";
    wait();
  };
  let pause: NodeJS.Timeout | undefined;
  /** A call goes on: it appears below the text, unless more of that comes at once. */
  const waitSoon = (): void => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      breakLine();
      wait();
    }, pauseMs);
  };

  return {
    onStart: ({ model, tools }) => {
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = countOf(tools.length, "tool");
      note(style.dim(`${model} · ${offered}`));
    },
    onStep: () => {},
    onLimit: (event) => {
      if (event.type === "wait_started") note(style.warn(describeWait(event, width)));
    },
    onWarning: (message) => note(style.warn(wrapText(plain(`warning: ${message}`), width))),
    onCallStart: (tool, input) => {
      running.push(`${tool} ${describeInput(input)}`);
      if (answer?.isMidLine === true) waitSoon();
      else wait();
    },
    onCallEnd: (call) => {
      const index = running.indexOf(`${call.tool} ${describeInput(call.input)}`);
      if (index >= 0) running.splice(index, 1);
      if (running.length === 0) clearTimeout(pause);
      number += 1;
      held += renderToolCall(call, { number, nameWidth, width, style });
      if (isTurn && answer === undefined) showHeld();
      else wait();
    },
    recall: (messages) => {
      if (!isInteractive) return;
      for (const { role, text } of messages) {
        const marked = `${role === "user" ? "> " : ""}${truncate(plain(text).trim(), 2_000)}`;
        note(style.dim(marked));
      }
    },
    beginTurn: () => {
      showHeld();
      answer = isInteractive || isTerminal ? new LiveAnswer(io) : undefined;
      isTurn = true;
      wait();
    },
    take: (event) => {
      if (event.type === "event") {
        const isCall = event.event.type === "item.completed" && toolCallOf(event.event.item);
        if (isCall) showHeld();
        return;
      }
      if (answer === undefined) return;
      if (!answer.isMidLine) clear();
      answer.take(event);
      if (event.type === "reset") {
        showHeld();
        if (event.reason === "abandoned") note(style.dim(abandonedText));
        wait();
      } else if (running.length > 0 && answer.isMidLine) waitSoon();
    },
    endTurn: ({ text, metrics, isInterrupted = false }) => {
      clearTimeout(pause);
      running.length = 0;
      isTurn = false;
      breakLine();
      showHeld();
      if (!isTerminal && text !== undefined) stdout.write(text.endsWith("\n") ? text : `${text}\n`);
      if (isInterrupted) stderr.write(`${style.warn("Interrupted.")}\n`);
      if (metrics !== undefined) stderr.write(`${style.dim(renderMetrics(metrics))}\n`);
    },
    fail: (error) => {
      breakLine();
      stderr.write(renderError(error, io));
    },
    tell: (text) => note(wrapText(text, width)),
    tellCommand: note,
  };
}

function describeWait(
  { failure, untilMs }: Extract<RateLimitEvent, { readonly type: "wait_started" }>,
  width: number,
): string {
  const until = new Date(untilMs).toLocaleTimeString("en-GB");
  return wrapText(plain(`limit: ${failure.message} Waiting until ${until}.`), width);
}
