import { countOf, type Noun } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { oneLine } from "../render/layout.ts";
import { listSkipped } from "../render/list-skipped.ts";
import { createStyle } from "../render/style.ts";
import { goOn, nextOfBlocked } from "./explain-ingest.ts";
import type { IngestResult } from "./run-ingest.ts";

/** The report of an ingest for people. */
export function renderIngestReport(
  report: IngestResult,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const { pages, units, failures, skipped } = report;
  const list = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${style.bold(title)} ${names.map(oneLine).join(", ")}`];
  const lines = [
    style.bold(headline(report)),
    ...list("Created:", pages.created),
    ...list("Changed:", pages.changed),
    ...list("Removed:", pages.removed),
    ...list(
      "Joined, since both have one title:",
      (report.joined ?? []).map(({ page, into }) => `${page} into ${into}`),
    ),
    ...list("Proposed, since you wrote or edited them:", pages.proposed),
    ...(report.retiredClaims > 0
      ? [countOf(report.retiredClaims, pages.proposed.length > 0 ? lostClaims : goneClaims)]
      : []),
    ...(report.contradictions > 0
      ? [style.warn(countOf(report.contradictions, flaggedContradictions))]
      : []),
    ...(report.waiting.sets > 0 ? [style.warn(countOf(report.waiting.sets, waitingSets))] : []),
    ...(report.waiting.pages > 0 ? [style.warn(countOf(report.waiting.pages, waitingPages))] : []),
    ...failures.map(
      ({ source, from, to, failure }) =>
        `${style.bad("Failed:")} ${oneLine(source)}:${from}-${to}: ${oneLine(failure.message)}`,
    ),
    ...(report.blocked === undefined
      ? []
      : [`${style.bad("Stopped:")} ${oneLine(report.blocked.message)}`]),
    ...listSkipped(skipped),
    ...(report.commit === undefined ? [] : [`Committed as ${report.commit}.`]),
    style.dim(
      `${units.done} read · ${units.unchanged} unchanged · ${units.failed} failed · ${units.open} left · ${countOf(report.tokens, "token")}`,
    ),
    ...describeTimes(report).map((line) => style.dim(line)),
    ...nextSteps(report).map((text) => `next:  ${text}`),
  ];
  return `${lines.join("\n")}\n`;
}

const stageNames = { extract: "reading", reconcile: "comparing", apply: "writing" } as const;

/** The stages and the units that took the time; nothing where no unit ran. */
function describeTimes({ times: { stages, slowest } }: IngestResult): readonly string[] {
  if (slowest.length === 0) return [];
  const parts = stages.map(({ stage, ms, tokens }) => {
    const used = tokens > 0 ? `, ${countOf(tokens, "token")}` : "";
    return `${stageNames[stage]} ${seconds(ms)}${used}`;
  });
  const units = slowest.map(({ unit, ms }) => `${oneLine(unit)} ${seconds(ms)}`);
  return [parts.join(" · "), `slowest: ${units.join(" · ")}`];
}

function seconds(ms: number): string {
  if (ms >= 90_000) return `${Math.round(ms / 60_000)} min`;
  return `${ms < 10_000 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)} s`;
}

const goneClaims: Noun = {
  one: "claim has lost its source, and is gone.",
  many: "claims have lost their source, and are gone.",
};
const lostClaims: Noun = {
  one: "claim has lost its source. On a page that you edited it stays until you settle the proposal.",
  many: "claims have lost their source. On pages that you edited they stay until you settle the proposals.",
};
const flaggedContradictions: Noun = {
  one: "contradiction is flagged on its pages.",
  many: "contradictions are flagged on their pages.",
};
const waitingSets: Noun = {
  one: "set of claims could not be compared, and waits for you.",
  many: "sets of claims could not be compared, and wait for you.",
};
const waitingPages: Noun = {
  one: "proposal for a page waits for you.",
  many: "proposals for pages wait for you.",
};

function headline({ outcome, units, waiting }: IngestResult): string {
  if (outcome === "kept") return "The wiki has not changed yet.";
  if (outcome === "unchanged") return "Nothing has changed.";
  const isWhole = units.failed + units.open === 0;
  const state = isWhole ? "The wiki is up to date" : "The wiki has what could be read";
  return waiting.pages + waiting.sets > 0 ? `${state}, but for what waits for you.` : `${state}.`;
}

function nextSteps({ ended, outcome, units, waiting, blocked }: IngestResult): readonly string[] {
  const isLeft = ended !== "finished" && (outcome === "kept" || units.open > 0);
  return [
    ...(blocked === undefined ? [] : [nextOfBlocked(blocked)]),
    ...(isLeft && blocked === undefined ? [goOn(ended)] : []),
    ...(ended === "finished" && units.open > 0
      ? ["Run the same command without --only-failed to read the rest."]
      : []),
    ...(units.failed + waiting.sets > 0 ? ["Add --only-failed to try again what failed."] : []),
    ...(waiting.pages + waiting.sets > 0 ? ["Settle what waits with ktx wiki review."] : []),
  ];
}
