import { countOf, type Noun } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import type { DemoReport, DemoRun } from "../demo/run-demo.ts";
import { plain } from "./layout.ts";
import { createStyle } from "./style.ts";

export function renderDemoIntroduction({ stderr, env }: Pick<CliIo, "stderr" | "env">): string {
  const style = createStyle(stderr, env);
  const introduction = [
    "12 sources of five kinds (Markdown, SQL, YAML, HTML, CSV) in a temporary folder.",
    "The real Codex, a scripted model on loopback. No account, no network.",
  ];
  return `${introduction.map(style.dim).join("\n")}\n\n${style.bold("ktx ingest sources")}\n`;
}

/** The report that `ktx demo` prints on stdout, for people. */
export function renderDemoReport(
  { runs, search, why, check }: DemoReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const section = (title: string, lines: readonly string[]): string =>
    `${style.bold(title)}\n${lines.map((line) => `  ${plain(line)}\n`).join("")}`;
  const [first, second, third] = runs;
  return [
    ...(first === undefined ? [] : [section("The first ingest", describeRun(first))]),
    section(
      `ktx wiki search "${search.query}"`,
      search.hits.map(({ page, snippet }) => `${page}: ${snippet}`),
    ),
    section(
      `ktx wiki why ${why.page}`,
      why.claims.flatMap(({ text, lines }) => [text, `    ${lines.join(", ")}`]),
    ),
    section("ktx wiki check", [`${check.citations} citations hold, ${check.findings} do not.`]),
    ...(second?.deleted === undefined
      ? []
      : [section(`rm ${second.deleted}; ktx ingest sources`, describeRun(second))]),
    ...(third === undefined ? [] : [section("ktx ingest sources, once more", describeRun(third))]),
    style.dim("Tokens are estimated: no service counts them here.\n"),
  ].join("\n");
}

const lostClaims: Noun = {
  one: "claim has lost its source",
  many: "claims have lost their source",
};

function describeRun(run: DemoRun): readonly string[] {
  const { units, pages, retiredClaims, contradictions, modelRequests, tokens } = run;
  const list = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${title}: ${names.join(", ")}`];
  return [
    `${countOf(units.done, "source")} read, ${units.unchanged} unchanged`,
    ...list("created", pages.created),
    ...list("changed", pages.changed),
    ...list("removed", pages.removed),
    ...(retiredClaims > 0 ? [countOf(retiredClaims, lostClaims)] : []),
    `${countOf(contradictions, "contradiction")} flagged`,
    `${countOf(modelRequests, "request")} to the model, ${countOf(tokens, "token")}`,
  ];
}
