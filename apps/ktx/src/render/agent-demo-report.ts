import type { CliIo } from "../cli-io.ts";
import type { AgentDemoReport } from "../demo/agent/run-agent-demo.ts";
import { plain, wrapText } from "./layout.ts";
import { textWidth } from "./text-width.ts";
import { renderMetrics } from "./metrics.ts";
import { createStyle } from "./style.ts";

export function renderAgentDemoIntroduction(
  question: string,
  { stderr, env }: Pick<CliIo, "stderr" | "env">,
): string {
  const style = createStyle(stderr, env);
  const introduction = wrapText(
    "The real Codex, a scripted model on loopback, a wiki in memory. No account, no network.",
    textWidth(stderr),
  );
  return `${style.dim(introduction)}\n\n${style.bold(plain(question))}\n\n`;
}

/** The report that `ktx demo agent` prints on stdout, for people. */
export function renderAgentDemoReport(
  report: AgentDemoReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  const section = (title: string, body: string): string => `${style.bold(title)}\n${body}\n`;
  const indented = (text: string): string => wrapText(plain(text.trimEnd()), width, "  ");
  const { answer, page, metrics } = report;
  return [
    section("Answer", indented(answer)),
    page === null
      ? ""
      : section(`Page written: ${page.name}`, quote(page.markdown, width, style.dim)),
    section(
      "Metrics",
      `  ${renderMetrics(metrics)}\n  ${style.dim("Tokens are estimated: no service counts them here.")}`,
    ),
    section(
      "Requests to the model",
      `${renderRequests(report)}\n${indented(describeTools(report))}`,
    ),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function quote(markdown: string, width: number, dim: (text: string) => string): string {
  return wrapText(plain(markdown.trimEnd()), width - 4)
    .split("\n")
    .map((line) => `  ${dim("│")} ${line}`.trimEnd())
    .join("\n");
}

function renderRequests({ requests }: AgentDemoReport): string {
  return requests
    .map(({ bytes, tools }, index) => {
      const size = bytes.toLocaleString("en-US").padStart(6);
      return `  request ${index + 1}  ${size} bytes  ${tools.length} tools`;
    })
    .join("\n");
}

/** The tools of this run, and those that Codex adds. */
function describeTools({ requests, ownTools }: AgentDemoReport): string {
  const shown = [...new Set(requests.flatMap(({ tools }) => tools))];
  const others = shown.filter((name) => !ownTools.includes(name));
  return [
    `Tools of this run: ${shown.filter((name) => ownTools.includes(name)).join(", ")}`,
    `Added by Codex: ${others.length === 0 ? "none" : others.join(", ")}`,
  ].join("\n");
}
