import type { RunObserver } from "../agent/run-observer.ts";
import type { CliIo } from "../cli-io.ts";
import { describeInput, renderToolCall } from "./tool-call-line.ts";
import { plain, truncate, wrapText } from "./layout.ts";
import { textWidth } from "./text-width.ts";
import { createStyle } from "./style.ts";

/** Shows on stderr what a run does while it does it. Disposing it takes the line about the present away. */
export interface LiveSteps extends RunObserver, Disposable {}

export function createLiveSteps({ stderr, env }: Pick<CliIo, "stderr" | "env">): LiveSteps {
  const style = createStyle(stderr, env);
  const width = textWidth(stderr);
  let nameWidth = 0;
  const running: string[] = [];
  let number = 0;

  // In a log the present is not worth a line.
  const clearLine = stderr.isTTY === true && env["TERM"] !== "dumb" ? "\r\u001b[K" : "";
  const present = (): string => {
    if (clearLine === "") return "";
    const doing = running.length === 0 ? "the model is thinking" : running.join(" · ");
    return style.dim(truncate(`  …  ${doing}`, width - 1));
  };

  return {
    onStart: ({ model, tools, stepBudget }) => {
      nameWidth = Math.max(0, ...tools.map((name) => name.length));
      const offered = tools.length === 1 ? "1 tool" : `${tools.length} tools`;
      const start = style.dim(`${model} · ${offered} · at most ${stepBudget} steps`);
      stderr.write(`${start}\n${present()}`);
    },
    onWarning: (message) => {
      const warning = style.warn(wrapText(plain(`warning: ${message}`), width));
      stderr.write(`${clearLine}${warning}\n${present()}`);
    },
    onCallStart: (tool, input) => {
      running.push(`${tool} ${describeInput(input)}`);
      stderr.write(`${clearLine}${present()}`);
    },
    onCallEnd: (call) => {
      const index = running.indexOf(`${call.tool} ${describeInput(call.input)}`);
      if (index >= 0) running.splice(index, 1);
      number += 1;
      const line = renderToolCall(call, { number, nameWidth, width, style });
      stderr.write(`${clearLine}${line}${present()}`);
    },
    [Symbol.dispose]: () => stderr.write(clearLine),
  };
}
