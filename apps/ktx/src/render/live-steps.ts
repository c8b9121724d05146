import { budgetNames, budgets } from "@ktx/codex-runtime/budgets";
import { countOf } from "@ktx/config";
import { countUnits } from "../agent/budget-in-words.ts";
import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import { createRedact } from "../logs/clean-text.ts";
import { fitLines } from "../terminal/fit-lines.ts";
import { LiveRun } from "./live-run.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";
import { renderToolCall } from "./tool-call-line.ts";

/** Shows the progress of a run on stderr. Disposing it removes the line about the present. */
export interface LiveSteps extends RunObserver, Disposable {
  /** True for an answer that was shown whole, and not withdrawn. */
  readonly hasShown: (text: string) => boolean;
  /** Ends the answer: at once, unless the size of the terminal is changing. The signal ends that wait. */
  readonly endAnswer: (signal: AbortSignal) => Promise<void>;
  /** The run has failed: its last text, if any, is not the answer. */
  readonly fail: () => void;
}

/** @param showsAnswer true to show the answer, too, while the model writes it. */
export function createLiveSteps(
  io: Pick<CliIo, "stdout" | "stderr" | "env" | "now">,
  { showsAnswer = false }: { readonly showsAnswer?: boolean } = {},
): LiveSteps {
  const { stderr, env } = io;
  const style = createStyle(stderr, env);
  const redact = createRedact(env);
  const live = new LiveRun(io, { showsAnswer });
  let nameWidth = 0;
  let number = 0;
  return {
    onStart: ({ model, tools, host, ...bounds }) => {
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = countOf(tools.length, "tool");
      const atMost = describeBounds(bounds);
      const start = `${model} · ${offered}${atMost === "" ? "" : ` · at most ${atMost}`}`;
      live.note(style.dim(fitLines(start, textWidth(stderr))));
      const { stepBudget: steps, tokenBudget: tokens, maxWaitMs, isHeld } = bounds;
      live.begin(host, {
        ...(steps !== undefined && { steps }),
        ...(tokens !== undefined && { tokens }),
        ...(maxWaitMs !== undefined && { maxWaitMs }),
        ...(isHeld !== undefined && { isHeld }),
      });
    },
    onStep: ({ stepIndex: used }) => {
      live.apply({ type: "step", used });
      live.showHeld();
    },
    onEvent: (event) => live.takeEvent(event),
    onUsage: (usage) => live.takeUsage(usage),
    onRetry: (wait) => live.takeRetry(wait),
    onLimit: (event) => live.takeLimit(event),
    onWarning: (message) => live.warn(`warning: ${redact(message)}`),
    onCallStart: (tool, input) => live.callStarted(tool, input),
    onCallAllowed: (tool, input) => live.callAllowed(tool, input),
    onCallEnd: (call) => {
      number += 1;
      live.callEnded(
        call,
        renderToolCall(call, { number, nameWidth, width: textWidth(stderr), style, redact }),
      );
    },
    onText: (part) => live.takeText(part),
    hasShown: (text) => live.hasShown(text),
    endAnswer: (signal) => live.endAnswer(signal),
    fail: () => live.fail(),
    [Symbol.dispose]: () => live[Symbol.dispose](),
  };
}

/** `20,000 tokens, 8 steps, 5 tool calls, 60 s`. */
function describeBounds({
  timeoutMs,
  ...given
}: Omit<Parameters<RunObserver["onStart"]>[0], "model" | "tools" | "host">): string {
  const counts = budgetNames.flatMap((name) => {
    const value = given[budgets[name].option];
    return value === undefined ? [] : [countUnits(name, value)];
  });
  return [...counts, ...(timeoutMs === undefined ? [] : [`${timeoutMs / 1_000} s`])].join(", ");
}
