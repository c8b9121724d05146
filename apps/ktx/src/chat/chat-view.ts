import { isCompletedAgentStep, readReconnect } from "@ktx/codex-events";
import { countOf } from "@ktx/config";
import type {
  RateLimitEvent,
  StoredMessage,
  RunMetrics,
  TextStreamEvent,
} from "@ktx/codex-runtime";
import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import type { CliErrorParts } from "../cli-error.ts";
import { renderError } from "../report-error.ts";
import { createRedact } from "../logs/clean-text.ts";
import { type LiveBudgets, LiveRun } from "../render/live-run.ts";
import { plain, truncate, wrapText } from "../render/layout.ts";
import { renderMetrics } from "../render/metrics.ts";
import { createStyle } from "../render/style.ts";
import { terminalWidth, textWidth } from "../render/text-width.ts";
import { renderToolCall } from "../render/tool-call-line.ts";
import { disarm, printText } from "../terminal/print.ts";
import { toolCallOf } from "./tool-call-of.ts";

/** The end of a turn. */
interface TurnEnd {
  /** The answer; of a turn that failed, the text so far. */
  readonly text?: string | undefined;
  readonly metrics?: RunMetrics | undefined;
  readonly isInterrupted?: boolean;
  readonly isFailed?: boolean;
}

/** Shows a chat: answers as they are written, and the tool calls between them. */
export interface ChatView extends RunObserver {
  /** Earlier messages of the conversation. */
  readonly recall: (messages: readonly StoredMessage[]) => void;
  readonly beginTurn: () => void;
  readonly take: (event: TextStreamEvent) => void;
  /** Ends the answer of a turn: at once, unless the size of the terminal is changing. The signal ends that wait. */
  readonly endAnswer: (signal: AbortSignal) => Promise<void>;
  /** The end of a turn, however it ended. */
  readonly endTurn: (end: TurnEnd) => void;
  /** The number of times that the turn has tried to reach the service. */
  readonly tries: () => number;
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
  io: Pick<CliIo, "stdout" | "stderr" | "env" | "now">,
  { isInteractive }: { readonly isInteractive: boolean },
): ChatView {
  const { stdout, stderr, env } = io;
  const style = createStyle(stderr, env);
  const isTerminal = stdout.isTTY === true;
  const showsAnswer = isInteractive || isTerminal;
  let live: LiveRun | undefined;
  let nameWidth = 0;
  let number = 0;
  let host: string | undefined;
  let tries = 0;
  let budgets: LiveBudgets = {};
  /** The limit that the next turn waits for. */
  let metLimit: RateLimitEvent | undefined;
  const redact = createRedact(env);
  /** Completed steps of the present turn. */
  let steps = 0;
  /** Lines of calls that ended between two turns. */
  let late = "";
  const note = (text: string): void => {
    if (live === undefined) stderr.write(`${disarm(text)}\n`);
    else live.note(text);
  };
  const wrap = (text: string): string => wrapText(plain(text), textWidth(stderr));

  return {
    onStart: ({ model, tools, host: asked, ...bounds }) => {
      host = asked;
      const { stepBudget, tokenBudget: tokens, maxWaitMs, isHeld } = bounds;
      budgets = {
        ...(stepBudget !== undefined && { steps: stepBudget }),
        ...(tokens !== undefined && { tokens }),
        ...(maxWaitMs !== undefined && { maxWaitMs }),
        ...(isHeld !== undefined && { isHeld }),
      };
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = countOf(tools.length, "tool");
      note(style.dim(wrap(`${model} · ${offered}`)));
    },
    onStep: () => {},
    onLimit: (event) => {
      if (event.type === "wait_started") metLimit = event;
      if (event.type === "wait_finished") metLimit = undefined;
      live?.takeLimit(event);
    },
    onUsage: (usage) => live?.takeUsage(usage),
    onRetry: (wait) => live?.takeRetry(wait),
    onWarning: (message) => note(style.warn(wrap(`warning: ${redact(message)}`))),
    onCallStart: (tool, input) => live?.callStarted(tool, input),
    onCallAllowed: (tool, input) => live?.callAllowed(tool, input),
    onCallEnd: (call) => {
      number += 1;
      const lines = renderToolCall(call, {
        number,
        nameWidth,
        width: textWidth(stderr),
        style,
        redact,
      });
      // A call that outlives its turn must not write over the prompt.
      if (live === undefined) late += lines;
      else live.callEnded(call, lines);
    },
    recall: (messages) => {
      if (!isInteractive) return;
      for (const { role, text } of messages) {
        const marked = `${role === "user" ? "> " : ""}${truncate(plain(text).trim(), 2_000)}`;
        note(style.dim(wrapText(marked, terminalWidth(stderr))));
      }
    },
    beginTurn: () => {
      if (late !== "") stderr.write(disarm(late));
      late = "";
      tries = 0;
      live = new LiveRun(io, { showsAnswer });
      steps = 0;
      live.begin(host, budgets);
      if (metLimit?.type === "wait_started" && metLimit.untilMs > Date.now())
        live.takeLimit(metLimit);
    },
    take: (event) => {
      if (event.type !== "event") {
        live?.takeText(event);
        return;
      }
      const isTry = event.event.type === "turn.started" || readReconnect(event.event) !== undefined;
      if (isTry) tries += 1;
      live?.takeEvent(event.event);
      if (isCompletedAgentStep(event.event)) {
        steps += 1;
        live?.apply({ type: "step", used: steps });
      }
      if (event.event.type === "item.completed" && toolCallOf(event.event.item) !== undefined)
        live?.showHeld();
    },
    endAnswer: async (signal) => live?.endAnswer(signal),
    endTurn: ({ text, metrics, isInterrupted = false, isFailed = false }) => {
      if (isFailed) live?.fail();
      live?.[Symbol.dispose]();
      live = undefined;
      if (!isTerminal && text !== undefined) stdout.write(text.endsWith("\n") ? text : `${text}\n`);
      if (isInterrupted) stderr.write(`${style.warn("Interrupted.")}\n`);
      if (metrics !== undefined) printText(stderr, `${style.dim(renderMetrics(metrics))}\n`);
    },
    tries: () => tries,
    fail: (error) => note(renderError(error, io).trimEnd()),
    tell: (text) => note(wrapText(text, textWidth(stderr))),
    tellCommand: note,
  };
}
