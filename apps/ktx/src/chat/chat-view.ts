import type {
  StoredMessage,
  RateLimitEvent,
  RunMetrics,
  TextStreamEvent,
} from "@ktx/codex-runtime";
import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import type { CliErrorParts } from "../cli-error.ts";
import { renderError } from "../report-error.ts";
import { abandonedText } from "../render/live-answer.ts";
import { plain, truncate, wrapText } from "../render/layout.ts";
import { renderMetrics } from "../render/metrics.ts";
import { createStyle } from "../render/style.ts";
import { textWidth } from "../render/text-width.ts";
import { describeInput, renderToolCall } from "../render/tool-call-line.ts";

/** Shows a chat: answers as they are written, and the tool calls between them. */
export interface ChatView extends RunObserver {
  /** Earlier messages of the conversation. */
  readonly recall: (messages: readonly StoredMessage[]) => void;
  readonly beginTurn: () => void;
  readonly take: (event: TextStreamEvent) => void;
  /** The end of a turn that has an answer, or was interrupted. */
  readonly endTurn: (metrics: RunMetrics | undefined, isInterrupted: boolean) => void;
  /** An error that leaves the chat open. */
  readonly fail: (error: Omit<CliErrorParts, "exitCode">) => void;
  /** A sentence of ktx itself. */
  readonly tell: (text: string) => void;
}

/**
 * In a terminal, everything goes to one stream, so that the order stays. If stdout is not a terminal, it gets only the
 * answers.
 */
export function createChatView(
  io: Pick<CliIo, "stdout" | "stderr" | "env">,
  { isInteractive }: { readonly isInteractive: boolean },
): ChatView {
  const { stdout, stderr, env } = io;
  const style = createStyle(stderr, env);
  const width = textWidth(stderr);
  const hasFile = !isInteractive || stdout.isTTY !== true;
  let nameWidth = 0;
  let number = 0;
  let isWaiting = false;
  let isMidLine = false;

  const clear = (): void => {
    if (isWaiting) stderr.write("\r\u001b[K");
    isWaiting = false;
  };
  const wait = (doing: string): void => {
    if (!isInteractive || isMidLine) return;
    clear();
    stderr.write(style.dim(truncate(`  …  ${doing}`, width - 1)));
    isWaiting = true;
  };
  const answer = (text: string): void => {
    if (hasFile) stdout.write(isInteractive ? text : stdout.isTTY === true ? plain(text) : text);
    if (!isInteractive) return;
    clear();
    stderr.write(plain(text));
  };
  const breakLine = (): void => {
    clear();
    if (isMidLine) answer("\n");
    isMidLine = false;
  };
  const note = (text: string): void => {
    breakLine();
    stderr.write(`${text}\n`);
  };

  return {
    onStart: ({ model, tools }) => {
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = tools.length === 1 ? "1 tool" : `${tools.length} tools`;
      note(style.dim(`${model} · ${offered}`));
    },
    onStep: () => {},
    onLimit: (event) => {
      if (event.type === "wait_started") note(style.warn(describeWait(event, width)));
    },
    onWarning: (message) => note(style.warn(wrapText(plain(`warning: ${message}`), width))),
    onCallStart: (tool, input) => {
      breakLine();
      wait(`${tool} ${describeInput(input)}`);
    },
    onCallEnd: (call) => {
      breakLine();
      number += 1;
      stderr.write(renderToolCall(call, { number, nameWidth, width, style }));
      wait("the model is thinking");
    },
    recall: (messages) => {
      if (!isInteractive) return;
      for (const { role, text } of messages) {
        const marked = `${role === "user" ? "> " : ""}${truncate(plain(text).trim(), 2_000)}`;
        note(style.dim(marked));
      }
    },
    beginTurn: () => wait("the model is thinking"),
    take: (event) => {
      if (event.type === "reset") {
        const wasMidAnswer = isMidLine;
        breakLine();
        if (event.reason === "abandoned" && wasMidAnswer)
          note(style.dim("The answer above is abandoned; it starts again."));
      }
      if (event.type === "reset" && event.reason === "abandoned") note(style.dim(abandonedText));
      if (event.type !== "text-delta" || event.delta === "") return;
      answer(event.delta);
      isMidLine = !event.delta.endsWith("\n");
    },
    endTurn: (metrics, isInterrupted) => {
      breakLine();
      if (isInterrupted) stderr.write(`${style.warn("Interrupted.")}\n`);
      if (metrics !== undefined) stderr.write(`${style.dim(renderMetrics(metrics))}\n`);
    },
    fail: (error) => {
      breakLine();
      stderr.write(renderError(error, io));
    },
    tell: (text) => note(wrapText(text, width)),
  };
}

function describeWait(
  { failure, untilMs }: Extract<RateLimitEvent, { readonly type: "wait_started" }>,
  width: number,
): string {
  const until = new Date(untilMs).toLocaleTimeString("en-GB");
  return wrapText(plain(`limit: ${failure.message} Waiting until ${until}.`), width);
}
