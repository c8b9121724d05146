import { countOf, type Noun } from "@ktx/config";
import type { ScanReport } from "@ktx/ingest";
import { goOn, nextOfBlocked } from "../ingest/explain-ingest.ts";
import { oneLine } from "./layout.ts";
import { listSkipped } from "./list-skipped.ts";

const waitingProposals: Noun = {
  one: "proposal waits for you.",
  many: "proposals wait for you.",
};

/** The report of a scan for people. */
export function renderScanReport(report: ScanReport): string {
  const { ended, blocked, tables, pages, failures, open, waiting, joins, skipped, unread, tokens } =
    report;
  const list = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${title}: ${names.map(oneLine).join(", ")}`];
  const waits = waiting.pages + waiting.sets;
  const lines = [
    ...list("Written", pages.written),
    ...list("Removed, since the database has no such table now", pages.removed),
    ...list("Proposed, since you wrote or edited them", pages.proposed),
    ...(waits > 0 ? [countOf(waits, waitingProposals)] : []),
    ...failures.map(
      ({ source, failure }) => `Failed: ${oneLine(source)}: ${oneLine(failure.message)}`,
    ),
    ...unread.map(({ path, reason }) => `Not read: ${oneLine(path)}: ${oneLine(reason)}`),
    ...(blocked === undefined ? [] : [`Stopped: ${oneLine(blocked.message)}`]),
    ...listSkipped(skipped),
    `${countOf(tables, "table")} · ${joins.kept} joins kept, ${joins.refused} refused · ${tokens.toLocaleString("en-US")} tokens`,
    ...(blocked === undefined ? [] : [`next:  ${nextOfBlocked(blocked)}`]),
    ...(ended === "finished" || blocked !== undefined ? [] : [`next:  ${goOn(ended)}`]),
    ...(ended === "finished" && open > 0
      ? [`next:  Run the same command without --only-failed: ${countOf(open, "table")} left.`]
      : []),
    ...(waits > 0 ? ["next:  Settle what waits with ktx wiki review."] : []),
    ...(unread.length > 0
      ? ["next:  Correct the file where a table was not read, and scan it again."]
      : []),
    ...(failures.length > 0 ? ["next:  Add --only-failed to try again what failed."] : []),
  ];
  return `${lines.join("\n")}\n`;
}
