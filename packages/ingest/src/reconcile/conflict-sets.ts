import { posix } from "node:path";
import {
  type Claim,
  claimKey,
  normalise,
  type WikiPage,
  type WikiPages,
} from "../page/wiki-page.ts";
import { groupClaims } from "./group-claims.ts";
import type { Patch, PatchNote } from "./patch.ts";

/** A claim that a patch brings, or one of the wiki that it meets. */
export interface SetClaim extends Claim {
  readonly page: string;
  /** True for a claim of the wiki. */
  readonly isWritten: boolean;
}

/** Claims about one subject from different sources, which nobody has compared yet. */
export interface ConflictSet {
  readonly claims: readonly SetClaim[];
}

/** A page of patches, before its claims. */
type PageHead = Pick<WikiPage, "title" | "summary" | "tags">;

export interface SortedPatches {
  readonly heads: ReadonlyMap<string, PageHead>;
  /** Claims that are in no set, in the order of the patches: new ones, and those of the wiki with more citations. */
  readonly clean: readonly SetClaim[];
  readonly sets: readonly ConflictSet[];
  readonly notes: readonly PatchNote[];
  /** Pages that patches ask for and that another page of their folder and title takes in, in the order of the patches. */
  readonly joined: readonly JoinedPage[];
}

/** A page that was asked for, and the page that has its claims. */
export interface JoinedPage {
  readonly page: string;
  readonly into: string;
}

/**
 * Sorts the claims of all patches, in the order of their units. Equal claims become one with all citations. New claims
 * about one subject from different sources form sets. New pages of one folder with one title are one page. Pure.
 *
 * @param files the pages that are there, also those that ktx did not write. @default none
 */
export function sortPatches(
  base: WikiPages,
  patches: readonly Patch[],
  files: Pick<ReadonlyMap<string, string>, "has"> = new Map(),
): SortedPatches {
  const nameByTitle = new Map([...base].map(([name, { title }]) => [placeOf(name, title), name]));
  const joined = new Map<string, string>();
  const heads = new Map<string, PageHead>(base);
  const claims = new Map<string, SetClaim>();
  const changed = new Set<string>();
  const add = (claim: SetClaim): void => {
    const key = claimKey(claim.text);
    const known = claims.get(key);
    const citations = joinCitations(known?.citations ?? [], claim.citations);
    claims.set(key, { ...(known ?? claim), citations });
    if (!claim.isWritten && citations.length > (known?.citations.length ?? 0)) changed.add(key);
  };
  for (const [page, { claims: written }] of base)
    for (const claim of written) add({ ...claim, page, isWritten: true });
  for (const { pages } of patches)
    for (const { claims: brought, page: asked, title, summary, tags } of pages) {
      const place = placeOf(asked, title);
      const isThere = heads.has(asked) || files.has(asked);
      const page = isThere ? asked : (nameByTitle.get(place) ?? asked);
      if (!heads.has(page)) heads.set(page, { title, summary, tags });
      if (!nameByTitle.has(place)) nameByTitle.set(place, page);
      if (page !== asked) joined.set(asked, page);
      for (const claim of brought) add({ ...claim, page, isWritten: false });
    }
  const groups = groupClaims(claims, (page) => heads.get(page)?.title ?? page);
  const grouped = new Set(groups.flat().map(({ text }) => claimKey(text)));
  return {
    heads,
    clean: [...claims]
      .filter(([key]) => changed.has(key) && !grouped.has(key))
      .map(([, claim]) => claim),
    sets: groups.map((group) => ({ claims: group })),
    notes: patches.flatMap(({ notes }) => notes),
    joined: [...joined].map(([page, into]) => ({ page, into })),
  };
}

/** Two pages of one place are one page. The same title in another folder is that of another subject. */
function placeOf(page: string, title: string): string {
  return JSON.stringify([posix.dirname(page), normalise(title)]);
}

/** All citations, each once. */
export function joinCitations(
  some: Claim["citations"],
  more: Claim["citations"],
): Claim["citations"] {
  const known = new Set(some.map(keyOf));
  return [...some, ...more.filter((one) => !known.has(keyOf(one)))];
}

function keyOf({ source, from, to, hash }: Claim["citations"][number]): string {
  return JSON.stringify([source, from, to, hash]);
}
