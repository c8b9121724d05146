import type { IngestPlan } from "@ktx/ingest";

/** The plan of an ingest on one line: its sources, and the expected cost with the facts that it comes from. Pure. */
export function describeIngestPlan({
  units,
  unchanged,
  evicted,
  skipped,
  estimate,
}: IngestPlan): string {
  const known = units.length - estimate.units;
  const basis =
    estimate.from === "runs" ? "as earlier runs used" : "guessed from the size of the sources";
  return [
    `${estimate.units} to read`,
    ...(known === 0 ? [] : [`${known} known from earlier runs`]),
    `${unchanged.length} unchanged`,
    `${evicted.length} deleted`,
    `${skipped.length} skipped`,
    ...(estimate.units === 0
      ? []
      : [`about ${estimate.tokens.toLocaleString("en-US")} tokens, ${basis}`]),
    ...(estimate.units === 0 || estimate.ms === undefined ? [] : [describeRest(estimate.ms)]),
  ].join(" · ");
}

/** The expected rest of a run, from milliseconds. */
export function describeRest(ms: number): string {
  return ms < 90_000
    ? `about ${Math.max(1, Math.round(ms / 1_000))} s left`
    : `about ${Math.round(ms / 60_000)} min left`;
}
