import { countOf } from "@ktx/config";
import type { IngestPlan } from "@ktx/ingest";
import type { CliIo } from "../cli-io.ts";
import { describeSpan } from "./estimate-sentence.ts";
import { oneLine, wrapText } from "./layout.ts";
import { listSkipped } from "./list-skipped.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";

/** The parts that a person can still read. */
const mostLines = 20;

/** The plan of an ingest for people. */
export function renderPlan(
  { units, unchanged, evicted, skipped, estimate }: IngestPlan,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  const shown = units.slice(0, mostLines);
  const counts = shown.map(({ tokens }) => countOf(tokens, "token"));
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const more = units.length - shown.length;
  const lines = [
    style.bold(wrapText(headline(units, estimate), width)),
    ...shown.map(
      ({ source, from, to }, index) =>
        `  ${(counts[index] ?? "").padStart(countWidth)}  ${oneLine(source)}:${from}-${to}`,
    ),
    ...(more > 0 ? [`  and ${countOf(more, "part")} more, which --json lists`] : []),
    ...(unchanged.length > 0 ? [`Read before: ${countOf(unchanged.length, "part")}.`] : []),
    ...evicted.map((path) =>
      wrapText(`Gone: ${oneLine(path)}, whose claims leave the wiki.`, width),
    ),
    ...listSkipped(skipped),
    ...(units.length + evicted.length > 0 ? ["next:  Run the same command without --plan."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function headline(
  units: IngestPlan["units"],
  { tokens, ms, from }: IngestPlan["estimate"],
): string {
  if (units.length === 0) return "Nothing is to be read.";
  const sources = new Set(units.map(({ source }) => source)).size;
  const time = ms === undefined ? "" : ` and ${describeSpan(ms)}`;
  const basis = from === "runs" ? "as earlier runs used" : "by the size of the texts alone";
  return `To read: ${countOf(units.length, "part")} of ${countOf(sources, "source")}, about ${countOf(tokens, "token")}${time}, ${basis}.`;
}
