import { type Claim, claimKey, normalise } from "../page/wiki-page.ts";
import type { SetClaim } from "./conflict-sets.ts";

/** Two claims that share this part of their words are taken to be about one subject. */
const likeness = 0.6;

/** Claims that one judgement can compare. A heading with more of them is compared by likeness alone. */
const mostClaims = 24;

/**
 * The groups of claims about one subject of which at least one is new and no source says all. One subject is one heading
 * of pages with one title, or 60 % of the words. Pure.
 *
 * @param all by `claimKey`.
 */
export function groupClaims(
  all: ReadonlyMap<string, SetClaim>,
  titleOf: (page: string) => string,
): readonly (readonly SetClaim[])[] {
  const union = new UnionFind();
  const cited = new Map([...all].filter(([, { citations }]) => citations.length > 0));
  const headings = Map.groupBy(cited.values(), ({ page, section }) =>
    JSON.stringify([normalise(titleOf(page)), normalise(section)]),
  );
  for (const group of headings.values()) joinHeading(group, union);
  joinAlike(cited, union);
  const members = Map.groupBy(
    [...cited].filter(([key]) => union.has(key)),
    ([key]) => union.rootOf(key),
  );
  return [...members.values()]
    .map((group) => group.map(([, claim]) => claim))
    .filter((group) => group.length > 1 && group.some(({ isWritten }) => !isWritten));
}

/** A new claim meets the others of its heading. */
function joinHeading(group: readonly SetClaim[], union: UnionFind): void {
  if (group.length > mostClaims) return;
  for (const fresh of group.filter(({ isWritten }) => !isWritten))
    for (const other of group)
      if (haveOtherSources(fresh, other)) union.join(claimKey(other.text), claimKey(fresh.text));
}

function joinAlike(all: ReadonlyMap<string, SetClaim>, union: UnionFind): void {
  const words = new Map([...all].map(([key, { text }]) => [key, wordsOf(text)]));
  const byWord = new Map<string, string[]>();
  for (const [key, own] of words)
    for (const word of own) {
      const keys = byWord.get(word);
      if (keys === undefined) byWord.set(word, [key]);
      else keys.push(key);
    }
  const spread = (word: string): number => byWord.get(word)?.length ?? 0;
  for (const [key, claim] of all) {
    if (claim.isWritten) continue;
    const own = words.get(key) ?? new Set<string>();
    // Of two claims that are alike, one of these rarest words is in both.
    const rare = [...own]
      .toSorted((a, b) => spread(a) - spread(b))
      .slice(0, Math.floor(own.size * (1 - likeness)) + 1);
    for (const other of new Set(rare.flatMap((word) => byWord.get(word) ?? []))) {
      const isAlike = shareWords(own, words.get(other) ?? new Set<string>());
      if (other !== key && isAlike && haveOtherSources(claim, all.get(other)))
        union.join(other, key);
    }
  }
}

/** True for two texts that are taken to be about one subject. */
export function areAlike(one: string, other: string): boolean {
  return shareWords(wordsOf(one), wordsOf(other));
}

function shareWords(own: ReadonlySet<string>, theirs: ReadonlySet<string>): boolean {
  const shared = own.intersection(theirs).size;
  return shared / (own.size + theirs.size - shared) >= likeness;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(normalise(text).split(" "));
}

/** Two claims of one source were read together, by a model that saw both. */
function haveOtherSources(a: Claim, b: Claim | undefined): boolean {
  const sources = new Set(a.citations.map(({ source }) => source));
  return b?.citations.every(({ source }) => !sources.has(source)) === true;
}

class UnionFind {
  readonly #parents = new Map<string, string>();

  has(key: string): boolean {
    return this.#parents.has(key);
  }

  rootOf(key: string): string {
    let root = key;
    for (let up = this.#parents.get(root); up !== undefined && up !== root;) {
      root = up;
      up = this.#parents.get(root);
    }
    this.#parents.set(key, root);
    return root;
  }

  join(a: string, b: string): void {
    const root = this.rootOf(a);
    this.#parents.set(this.rootOf(b), root);
  }
}
