import type { Proposal } from "../apply/proposals.ts";
import type { CitationResolver } from "../page/retire-claims.ts";
import type { Claim } from "../page/wiki-page.ts";
import type { Patch } from "./patch.ts";

type SetProposal = Extract<Proposal, { readonly kind: "set" }>;

export interface SortHeldInput {
  /** The proposals that wait, by their files. */
  readonly waiting: ReadonlyMap<string, Proposal>;
  readonly resolve: CitationResolver;
  /** Sources whose file is gone. */
  readonly evicted: ReadonlySet<string>;
  /** True where every held set is compared once more. */
  readonly isRetried: boolean;
}

export interface SortedHeld {
  /** New claims of held sets that are compared once more. */
  readonly again: readonly Patch[];
  /** Sets that wait with fewer claims, or with claims whose lines have moved. */
  readonly kept: readonly SetProposal[];
  /** Files of the proposals that wait no more. */
  readonly settled: readonly string[];
}

/**
 * Sorts the sets that wait: claims that no source says any more go, and a set is compared once more where the run ended
 * before it was, or where one of its sources is read again. Pure.
 */
export function sortHeld({ waiting, resolve, evicted, isRetried }: SortHeldInput): SortedHeld {
  const again: Patch[] = [];
  const kept: SetProposal[] = [];
  const settled: string[] = [];
  for (const [file, set] of waiting) {
    if (set.kind !== "set") continue;
    const patch = prunePatch(set.patch, resolve);
    const isReadAgain = claimsOf(set.patch).some(({ citations }) =>
      citations.some((one) => !evicted.has(one.source) && resolve(one) === undefined),
    );
    if (patch.pages.length === 0) settled.push(file);
    else if (isRetried || set.isOpen === true || isReadAgain) {
      again.push(patch);
      settled.push(file);
    } else if (JSON.stringify(patch) !== JSON.stringify(set.patch)) kept.push({ ...set, patch });
  }
  return { again, kept, settled };
}

function claimsOf({ pages }: Patch): readonly Claim[] {
  return pages.flatMap(({ claims }) => claims);
}

function prunePatch({ pages, notes }: Patch, resolve: CitationResolver): Patch {
  const prune = (claim: Claim): readonly Claim[] => {
    const citations = claim.citations.flatMap((one) => resolve(one) ?? []);
    return citations.length === 0 ? [] : [{ ...claim, citations }];
  };
  return {
    pages: pages
      .map((page) => ({ ...page, claims: page.claims.flatMap(prune) }))
      .filter(({ claims }) => claims.length > 0),
    notes: notes.flatMap((note) => prune(note.by).map((by) => ({ ...note, by }))),
  };
}
