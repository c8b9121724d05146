import { type Citation, createCitedLines } from "./citation.ts";
import {
  type Claim,
  claimKey,
  type Contradiction,
  type WikiPage,
  type WikiPages,
} from "./wiki-page.ts";

export interface RetireInput extends SourceState {
  readonly pages: WikiPages;
}

/** The sources of a run as they are now. */
export interface SourceState {
  /** Sources whose file is gone. */
  readonly evicted: ReadonlySet<string>;
  /** The sources that were read, with the parts that are read again. */
  readonly sources: ReadonlyMap<string, PresentSource>;
}

interface PresentSource {
  readonly lines: readonly string[];
  /** The lines whose claims come from a patch of this run, so that the earlier ones no longer count. */
  readonly replaced: readonly Pick<Citation, "from" | "to">[];
}

/**
 * The pages without the citations that no longer hold: those of deleted sources, of lines that their source no longer
 * has, and of parts of a source that this run has read again. Lines that moved are cited at their new place. Claims
 * stay, also those without a citation: a patch may say them again, and `settlePages` removes the others. Pure.
 */
export function retireClaims({ pages, ...state }: RetireInput): WikiPages {
  const resolve = createResolver(state);
  return new Map(
    [...pages].map(([name, page]): [string, WikiPage] => {
      const claims = page.claims.map((claim) => ({
        ...claim,
        citations: claim.citations.flatMap((citation) => resolve(citation) ?? []),
      }));
      return [name, { ...page, claims }];
    }),
  );
}

/** A citation with the place where its lines are now; undefined where it no longer holds. */
export type CitationResolver = (citation: Citation) => Citation | undefined;

export function createResolver({ evicted, sources }: SourceState): CitationResolver {
  const found = new Map(
    [...sources].map(([path, { lines }]) => [path, createCitedLines(lines)] as const),
  );
  return (citation) => {
    if (evicted.has(citation.source)) return undefined;
    const source = sources.get(citation.source);
    if (source === undefined) return citation;
    const present = found.get(citation.source)?.find(citation);
    if (present === undefined) return undefined;
    const isReplaced = source.replaced.some(
      ({ from, to }) => from <= present.from && present.to <= to,
    );
    return isReplaced ? undefined : present;
  };
}

/** The pages without the claims that nothing says any more, and without the contradictions that they were part of. */
export function settlePages(pages: WikiPages): {
  readonly pages: WikiPages;
  readonly retired: number;
} {
  const citationsOf = new Map<string, Claim["citations"]>();
  let retired = 0;
  for (const { claims } of pages.values())
    for (const { text, citations } of claims)
      if (citations.length > 0) citationsOf.set(claimKey(text), citations);
      else retired += 1;
  const settle = ({ note, claims }: Contradiction): readonly Contradiction[] => {
    const sides = claims.flatMap(({ text }) => {
      const citations = citationsOf.get(claimKey(text));
      return citations === undefined ? [] : [{ text, citations }];
    });
    return sides.length > 1 ? [{ note, claims: sides }] : [];
  };
  const settled = [...pages].map(([name, page]): [string, WikiPage] => [
    name,
    {
      ...page,
      claims: page.claims.filter(({ citations }) => citations.length > 0),
      contradictions: page.contradictions.flatMap(settle),
    },
  ]);
  return { pages: new Map(settled.filter(([, { claims }]) => claims.length > 0)), retired };
}
