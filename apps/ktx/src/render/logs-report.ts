import type { CliIo } from "../cli-io.ts";
import type { LoggedRun, LogsReport } from "../logs/read-logs.ts";
import type { BugReportOutcome } from "../logs/report-bug.ts";
import { plain, wrapText } from "./layout.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";

const recorded =
  "`ktx run`, `chat`, `batch`, `ingest`, `remember` and `scan` leave records. `ktx demo` leaves none, as it leaves nothing but its cache.";

/** The last runs with their folder, and the last failure in full. */
export function renderLogs(
  { folder, runs, lastFailure }: LogsReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  const scope = style.dim(wrapText(recorded, width));
  if (runs.length === 0) return `No runs are recorded in ${folder}.\n${scope}\n`;
  const lines = runs.map((run) => `  ${describeRun(run)}`);
  const head = `${style.bold("Records of the last runs")}\n  ${folder}\n${lines.join("\n")}\n${scope}\n`;
  if (lastFailure === null) return head;
  const { failure, record } = lastFailure;
  const { kind, message, why, next, stack } = failure;
  const part = (label: string, text: string): string =>
    `  ${label.padEnd(8)}${wrapText(plain(text), width, " ".repeat(10)).trimStart()}\n`;
  return [
    `${head}\n${style.bold("The last failure")}\n  ${describeRun(lastFailure)}\n`,
    part("kind", kind),
    part("message", message),
    why === undefined ? "" : part("why", why),
    next === undefined ? "" : part("next", next),
    part("record", record),
    stack === undefined ? "" : `\n${plain(stack)}\n`,
    `\n${wrapText("`ktx report-bug` writes one file for a bug report.", width)}\n`,
  ].join("");
}

/** `2026-11-29 09:20  run  gpt-5.5  done`, by the clock of this machine. */
function describeRun({ at, command, model, outcome }: LoggedRun): string {
  const date = new Date(at);
  const time = `${date.toLocaleDateString("sv-SE")} ${date.toLocaleTimeString("sv-SE").slice(0, 5)}`;
  return [time, command, ...(model === null ? [] : [plain(model)]), outcome].join("  ");
}

/** The parts of a bug report, and what is not among them. */
export function renderBugReport(
  { file, holds, next }: BugReportOutcome,
  { stdout }: Pick<CliIo, "stdout">,
): string {
  const width = textWidth(stdout);
  return [
    `Wrote ${file}, which holds`,
    ...holds.map((part) => wrapText(`- ${part}`, width)),
    wrapText(
      "It holds no prompt, answer, tool argument, key or value of a variable. Read it before you send it.",
      width,
    ),
    ...(next === undefined
      ? []
      : [`next:  ${wrapText(plain(next), width, "       ").trimStart()}`]),
    wrapText(
      `${next === undefined ? "Attach" : "If that does not help, attach"} the file to an issue in the tracker of ktx.`,
      width,
    ),
    "",
  ].join("\n");
}
