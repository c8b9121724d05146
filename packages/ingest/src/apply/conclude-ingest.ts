import { type CitationResolver, createResolver, retireClaims } from "../page/retire-claims.ts";
import type { WikiPages } from "../page/wiki-page.ts";
import { followMove, followMoves } from "../plan/moved-sources.ts";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import type { PreparedIngest } from "../plan/prepare-ingest.ts";
import { type ConflictSet, type SortedPatches, sortPatches } from "../reconcile/conflict-sets.ts";
import { type DecidedSet, mergeClaims } from "../reconcile/merge-claims.ts";
import { dropRejected } from "../reconcile/drop-rejected.ts";
import { type Patch, shiftPatch } from "../reconcile/patch.ts";
import { type SortedHeld, sortHeld } from "../reconcile/sort-held.ts";
import { findContradictions, type FlaggedContradiction } from "../review/list-contradictions.ts";
import type { Ledger, RejectedClaim } from "./ledger.ts";
import { type ApplyPlan, planApply } from "./plan-apply.ts";
import { fileOfPage, type Proposal, proposalFile } from "./proposals.ts";
import type { WikiFiles } from "./read-wiki.ts";

/** The result of a unit, as the store keeps it. */
export interface DoneUnit {
  readonly unit: PlannedUnit;
  readonly patch: Patch;
}

export interface SortInput {
  readonly prepared: PreparedIngest;
  readonly done: readonly DoneUnit[];
  /** The proposals that wait, by their files. */
  readonly waiting: ReadonlyMap<string, Proposal>;
  /** True where every held set is compared once more. */
  readonly isRetried: boolean;
}

export interface SortedIngest {
  readonly base: WikiPages;
  readonly sorted: SortedPatches;
  readonly heldBefore: SortedHeld;
}

/** The pages without what no longer holds, and the claims of the patches by what is to be done with them. Pure. */
export function sortIngest(input: SortInput): SortedIngest {
  const { prepared, done, waiting, isRetried } = input;
  const { plan, sources, files } = prepared;
  const base = followMoves(prepared.base, prepared.moved);
  const replaced = Map.groupBy(done, ({ unit }) => unit.source);
  const present = new Map(
    [...sources].map(([path, { lines }]) => [
      path,
      { lines, replaced: (replaced.get(path) ?? []).map(({ unit }) => unit) },
    ]),
  );
  const evicted = new Set(plan.evicted);
  const state = { evicted, sources: present };
  const kept = retireClaims({ pages: base, ...state });
  const findPresent = createResolver(state);
  const resolve: CitationResolver = (one) => findPresent(followMove(one, prepared.moved));
  const heldBefore = sortHeld({ waiting, resolve, evicted, isRetried });
  const rejected = findRejected(prepared);
  const patches = done.map(({ unit, patch }) =>
    dropRejected(shiftPatch(patch, unit.from - 1), rejected),
  );
  const sorted = sortPatches(kept, [...heldBefore.again, ...patches], files.texts);
  return { base: kept, sorted, heldBefore };
}

/** A set that the model did not judge, and why. */
export interface HeldSet {
  readonly set: ConflictSet;
  readonly key: string;
  readonly reason: string;
  /** True where the run ended before. */
  readonly isOpen: boolean;
}

export interface ConcludeInput extends SortedIngest {
  readonly prepared: PreparedIngest;
  readonly done: readonly DoneUnit[];
  readonly decided: readonly DecidedSet[];
  readonly held: readonly HeldSet[];
  /** The proposals that wait, by their files. */
  readonly waiting: ReadonlyMap<string, Proposal>;
  /** The files of the wiki now. */
  readonly files: WikiFiles;
  /** The day on which the run started, as an ISO date. */
  readonly updated: string;
}

export interface Conclusion extends Pick<ApplyPlan, "changes"> {
  readonly proposals: readonly Proposal[];
  /** Files of proposals that wait no more. */
  readonly settled: readonly string[];
  readonly ledger: Ledger;
  readonly retired: number;
  readonly flagged: readonly FlaggedContradiction[];
}

/** The changes of a run: what is to be written, what is proposed, and the next ledger. Pure. */
export function concludeIngest(input: ConcludeInput): Conclusion {
  const { prepared, done, base, sorted, heldBefore, decided, held, files, updated } = input;
  const waiting = [...input.waiting.values()].flatMap((one) =>
    one.kind === "page" ? [one.page] : [],
  );
  const { pages, retired } = mergeClaims({ base, sorted, decided, updated });
  const plan = planApply({
    old: prepared.base,
    next: pages,
    bases: new Map(Object.entries(prepared.ledger.bases)),
    files: files.texts,
    blocked: files.blocked,
    waiting: new Set(waiting),
  });
  const proposals: readonly Proposal[] = [
    ...plan.proposals.map((one) => ({ kind: "page", ...one }) as const),
    ...heldBefore.kept,
    ...held.map((one) => proposeSet(one, sorted)),
  ];
  const proposed = new Set(proposals.map((one) => proposalFile(one).file));
  const decidedPages = [...plan.settled, ...plan.changes.map(({ page }) => page)];
  const settled = [...heldBefore.settled, ...decidedPages.map(fileOfPage)];
  return {
    changes: plan.changes,
    proposals,
    settled: settled.filter((file) => input.waiting.has(file) && !proposed.has(file)),
    ledger: {
      version: 1,
      sources: nextSources(prepared, done),
      pages: Object.fromEntries(pages),
      bases: Object.fromEntries(plan.bases),
      tables: prepared.ledger.tables,
      rejected: findRejected(prepared),
    },
    retired,
    flagged: findContradictions(pages, textsAfter(files, plan)),
  };
}

/** The rejected claims of the sources that are there, under their present paths. */
function findRejected({ ledger, moved, plan }: PreparedIngest): readonly RejectedClaim[] {
  const paths = new Map(moved.map(({ from, to }) => [from, to]));
  return (ledger.rejected ?? [])
    .map((one) => ({ ...one, source: paths.get(one.source) ?? one.source }))
    .filter(({ source }) => !plan.evicted.includes(source));
}

function textsAfter({ texts }: WikiFiles, { changes }: ApplyPlan): ReadonlyMap<string, string> {
  const after = new Map(texts);
  for (const { page, after: text } of changes)
    if (text === undefined) after.delete(page);
    else after.set(page, text);
  return after;
}

function proposeSet({ set, key, reason, isOpen }: HeldSet, { heads }: SortedPatches): Proposal {
  const fresh = Map.groupBy(
    set.claims.filter(({ isWritten }) => !isWritten),
    ({ page }) => page,
  );
  const pages = [...fresh].map(([page, claims]) => {
    const { title, summary, tags } = heads.get(page) ?? { title: page, summary: "", tags: [] };
    const plain = claims.map(({ section, text, citations }) => ({ section, text, citations }));
    return { page, title, summary, tags, claims: plain };
  });
  const against = set.claims
    .filter(({ isWritten }) => isWritten)
    .map(({ page, text }) => ({ page, text }));
  const patch = { pages, notes: [] };
  return { kind: "set", key, reason, patch, against, ...(isOpen && { isOpen }) };
}

/** The applied keys: those that were, of sources whose text still has them, and those of this run. */
function nextSources(
  { plan, sources, ledger, moved }: PreparedIngest,
  done: readonly DoneUnit[],
): Ledger["sources"] {
  const applied = Map.groupBy(
    [...plan.unchanged, ...done.map(({ unit }) => unit)],
    ({ source }) => source,
  );
  const next = new Map<string, readonly string[]>(Object.entries(ledger.sources));
  for (const { from } of moved) next.delete(from);
  for (const path of sources.keys())
    next.set(
      path,
      (applied.get(path) ?? []).map(({ key }) => key),
    );
  for (const path of plan.evicted) next.delete(path);
  return Object.fromEntries(next);
}
