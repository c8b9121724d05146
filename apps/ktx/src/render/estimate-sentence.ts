import type { PlanEstimate } from "@ktx/batch";
import { countOf } from "@ktx/config";

/** Characters of a text for each of its tokens, roughly. */
const charactersOfToken = 4;

/** The expected cost of a batch of prompts, with the facts that it comes from. Pure. */
export function describeEstimate({
  units,
  weight,
  samples,
  tokens,
  ms,
  from,
}: PlanEstimate): string {
  if (units === 0) return "";
  if (tokens === undefined || ms === undefined) {
    const own = Math.ceil(weight / charactersOfToken);
    const cost = `about ${countOf(own, "token")}, by`;
    return units === 1
      ? ` Its text has ${cost} its length; no earlier answer says what this one takes.`
      : ` Their texts have ${cost} their length; no earlier answer says what the answers take.`;
  }
  const answers = samples === 1 ? "the answer" : `the last ${countOf(samples, "answer")}`;
  const facts =
    from === "batch" ? `${countOf(samples, "answer")} of this batch` : `${answers} in this store`;
  return ` To do: ${units.toLocaleString("en-US")}, about ${countOf(tokens, "token")} and ${describeSpan(ms)}, by the tokens and the time of ${facts}.`;
}

/** `40 s`, `12 min`, `3 h 5 min`. */
export function describeSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
