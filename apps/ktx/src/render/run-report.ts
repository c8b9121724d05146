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

/**
 * For stderr: the reason why the run ended, unless the model finished, and its metrics.
 *
 * @param shown the tools whose failures are on the screen. @default none
 */
export function renderEnd(
  report: AgentRunReport | ObjectRunReport,
  io: Pick<CliIo, "stderr" | "env">,
  shown: ReadonlySet<string> = new Set(),
): string {
  const style = createStyle(io.stderr, io.env);
  const metrics = style.dim(renderMetrics(report.metrics));
  return `\n${metrics}\n${renderReason(report, io, shown)}`;
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
  shown: ReadonlySet<string>,
): string {
  const { budget, error } = report;
  if (error !== undefined) {
    const { message, failedTools = [], why, next } = error;
    const isShown = failedTools.length > 0 && failedTools.every((tool) => shown.has(tool));
    const what = isShown ? `The run failed with ${describeTools(failedTools)}.` : message;
    return renderError({ what, why, next }, io);
  }
  if (budget === undefined) return "";
  const words = budgetInWords(budget);
  const when = "text" in report ? `after ${countSpent(report, budget)}` : words.when;
  return renderError({ what: `Stopped: the model did not finish ${when}.`, next: words.next }, io);
}

/** The tools of failures that the lines above show. */
function describeTools(tools: readonly string[]): string {
  return tools.length === 1 ? `a call of ${tools[0]}` : `calls of ${tools.join(", ")}`;
}

function countSpent({ metrics, toolCalls }: AgentRunReport, budget: BudgetName): string {
  const { stepCount: steps, usage } = metrics;
  const used = budgets[budget].used({ steps, toolCalls: toolCalls.length, usage });
  return countUnits(budget, used);
}
