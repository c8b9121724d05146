import type { UnitFailure } from "@ktx/batch";
import { cite } from "../page/citation.ts";
import type { Claim } from "../page/wiki-page.ts";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import type { PreparedIngest } from "../plan/prepare-ingest.ts";
import type { Decision } from "../reconcile/decision.ts";
import { type Patch, patchSchema } from "../reconcile/patch.ts";
import { checkClaimText, findPageNameProblem, plainLine } from "../run/claim-text.ts";
import type { UnitsEnd } from "../run/run-units.ts";

/**
 * The ends of units whose results come from other machines. A result that the tools of a unit would not have made is a
 * failure: whoever can write into the store has no more power over the wiki than a model has.
 */
export function checkResults(
  ends: UnitsEnd,
  { plan, sources }: Pick<PreparedIngest, "plan" | "sources">,
): UnitsEnd {
  const results = new Map(ends.results);
  const failures = new Map<string, UnitFailure>(ends.failures);
  for (const unit of plan.units) {
    if (!results.has(unit.key)) continue;
    const part = (sources.get(unit.source)?.lines ?? []).slice(unit.from - 1, unit.to);
    const problem = findPatchProblem(results.get(unit.key), unit, part);
    if (problem === undefined) continue;
    results.delete(unit.key);
    failures.set(unit.key, { kind: "foreign-result", message: problem });
  }
  return { ...ends, results, failures };
}

const way = "Find out who else writes into the store, and ingest with another one.";

function findPatchProblem(
  result: unknown,
  { source }: PlannedUnit,
  part: readonly string[],
): string | undefined {
  const read = patchSchema.safeParse(result);
  if (!read.success)
    return `Expected the changes of a unit in the store, got another value. ${way}`;
  const { pages, notes }: Patch = read.data;
  const names = [...pages, ...notes].map(({ page }) => page);
  const claims = [...pages.flatMap((page) => page.claims), ...notes.map(({ by }) => by)];
  const lines = pages.flatMap(({ title, summary, tags }) => [title, summary, ...tags]);
  const fromOf = ({ from, to }: Claim["citations"][number]): string | undefined =>
    cite(source, part, from, to)?.hash;
  const isCited = ({ citations }: Claim): boolean =>
    citations.length > 0 &&
    citations.every((one) => one.source === source && fromOf(one) === one.hash);
  const name = names.find((page) => findPageNameProblem(page) !== undefined);
  if (name !== undefined) return `The store has a result with the page ${name}. ${way}`;
  if (!claims.every(isCited))
    return `The store has a result with a claim that no line of its source says. ${way}`;
  const isPlain =
    claims.every(({ section, text }) => isClaimText(text) && isPlainLine(section)) &&
    lines.every(isPlainLine) &&
    notes.every(({ note }) => isPlainLine(note));
  return isPlain ? undefined : `The store has a result with more than text in it. ${way}`;
}

/** True for a judgement whose own texts hold nothing but text. */
export function isPlainDecision({ groups }: Decision): boolean {
  return groups.every(
    ({ text, note }) =>
      (text === undefined || isClaimText(text)) && (note === undefined || isPlainLine(note)),
  );
}

function isPlainLine(text: string): boolean {
  return plainLine(text, 500) === text;
}

/** A checked text has its `<` escaped, which a second check would do again. */
function isClaimText(text: string): boolean {
  const parts = text.split(/(`[^`]*`)/);
  const plain = parts
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(String.raw`\<`, "<")))
    .join("");
  const checked = checkClaimText(plain);
  // A check takes one mark of a list away, of which there may be several.
  const withoutMark = text.replace(/^(?:#{1,6}|[-+*>]|\d+[.)])\s+/, "");
  return "text" in checked && [text, withoutMark].includes(checked.text);
}
