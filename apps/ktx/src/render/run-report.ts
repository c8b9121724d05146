import type { AgentRunReport } from "../agent/run-agent.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { renderError } from "../report-error.ts";
import { plain } from "./layout.ts";
import { renderMetrics } from "./metrics.ts";
import { createStyle } from "./style.ts";

/** For stdout: the answer as the model wrote it, but for what would control a terminal. */
export function renderAnswer({ text }: AgentRunReport, { stdout }: Pick<CliIo, "stdout">): string {
  if (text === null) return "";
  const answer = stdout.isTTY === true ? plain(text) : text;
  return answer.endsWith("\n") ? answer : `${answer}\n`;
}

/** For stderr: why the run ended, unless the model was done, and what it took. */
export function renderEnd(report: AgentRunReport, io: Pick<CliIo, "stderr" | "env">): string {
  const style = createStyle(io.stderr, io.env);
  const metrics = style.dim(renderMetrics(report.metrics));
  return `\n${metrics}\n${renderReason(report, io)}`;
}

export function exitCodeOfRun({ stopReason }: AgentRunReport): number {
  switch (stopReason) {
    case "natural":
      return exitCodes.done;
    case "budget":
    case "timeout":
      return exitCodes.stopped;
    case "error":
      return exitCodes.failed;
    default:
      return stopReason satisfies never;
  }
}

function renderReason(
  { stopReason, budget = "steps", error, metrics, toolCalls }: AgentRunReport,
  io: Pick<CliIo, "stderr" | "env">,
): string {
  if (error !== undefined) return renderError({ what: error.message, next: error.next }, io);
  if (stopReason !== "budget") return "";
  const spent = {
    steps: { what: count(metrics.stepCount, "step"), flag: "--steps" },
    "tool-calls": { what: count(toolCalls.length, "tool call"), flag: "--tool-calls" },
    tokens: { what: `${metrics.usage.totalTokens ?? "its"} tokens`, flag: "--tokens" },
  }[budget];
  return renderError(
    {
      what: `Stopped: the model was not done after ${spent.what}.`,
      next: `Give it more with ${spent.flag}, or less to do.`,
    },
    io,
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
