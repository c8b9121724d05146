import { type BudgetName, budgets } from "@ktx/codex-runtime/budgets";
import { budgetInWords, countUnits } from "../agent/budget-in-words.ts";
import type { AgentRunReport } from "../agent/run-agent.ts";
import type { ObjectRunReport } from "../agent/run-object.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { renderError } from "../report-error.ts";
import { plain } from "./layout.ts";
import { renderMetrics } from "./metrics.ts";
import { createStyle } from "./style.ts";
import { escapeJson } from "../terminal/print.ts";

/** The model's answer, or JSON; for a terminal without the characters that control it. */
export function renderAnswer(
  report: AgentRunReport | ObjectRunReport,
  { isTerminal }: { readonly isTerminal: boolean },
): string {
  const answer = "value" in report ? renderValue(report, isTerminal ? 2 : 0) : report.text;
  if (answer === null) return "";
  const shown = isTerminal ? disarmAnswer(report, answer) : answer;
  return shown.endsWith("\n") ? shown : `${shown}\n`;
}

/** JSON stays the same value; a text loses the characters that act on a terminal. */
function disarmAnswer(report: AgentRunReport | ObjectRunReport, answer: string): string {
  return "value" in report ? escapeJson(answer) : plain(answer);
}

function renderValue({ stopReason, value }: ObjectRunReport, indent: number): string | null {
  return stopReason === "natural" ? JSON.stringify(value, undefined, indent) : null;
}

/** For stderr: the reason why the run ended, unless the model finished, and its metrics. */
export function renderEnd(
  report: AgentRunReport | ObjectRunReport,
  io: Pick<CliIo, "stderr" | "env">,
): string {
  const style = createStyle(io.stderr, io.env);
  const metrics = style.dim(renderMetrics(report.metrics));
  return `\n${metrics}\n${renderReason(report, io)}`;
}

export function exitCodeOfRun({ stopReason }: Pick<AgentRunReport, "stopReason">): number {
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
  report: AgentRunReport | ObjectRunReport,
  io: Pick<CliIo, "stderr" | "env">,
): string {
  const { budget, error } = report;
  if (error !== undefined)
    return renderError({ what: error.message, why: error.why, next: error.next }, io);
  if (budget === undefined) return "";
  const words = budgetInWords(budget);
  const when = "text" in report ? `after ${countSpent(report, budget)}` : words.when;
  return renderError({ what: `Stopped: the model did not finish ${when}.`, next: words.next }, io);
}

function countSpent({ metrics, toolCalls }: AgentRunReport, budget: BudgetName): string {
  const { stepCount: steps, usage } = metrics;
  const used = budgets[budget].used({ steps, toolCalls: toolCalls.length, usage });
  return countUnits(budget, used);
}
