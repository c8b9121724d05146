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
  { stopReason, error, metrics }: AgentRunReport,
  io: Pick<CliIo, "stderr" | "env">,
): string {
  if (error !== undefined) return renderError({ what: error.message, next: error.next }, io);
  if (stopReason !== "budget") return "";
  return renderError(
    {
      what: `Stopped: the model was not done after ${metrics.stepCount} steps.`,
      next: "Give it more with --steps, or less to do.",
    },
    io,
  );
}
