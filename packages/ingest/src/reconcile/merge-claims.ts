import { renderPage } from "../page/render-page.ts";
import { settlePages } from "../page/retire-claims.ts";
import {
  type Claim,
  claimKey,
  compareNames,
  type Contradiction,
  type WikiPage,
  type WikiPages,
} from "../page/wiki-page.ts";
import {
  type ConflictSet,
  joinCitations,
  type SetClaim,
  type SortedPatches,
} from "./conflict-sets.ts";
import type { Decision } from "./decision.ts";
import { oneParagraph } from "./one-paragraph.ts";

export interface DecidedSet {
  readonly set: ConflictSet;
  readonly decision: Decision;
}

/** The id of each claim of a set, as the model sees it: in the order of their texts, whichever came first. */
export function idsOf({ claims }: ConflictSet): ReadonlyMap<string, SetClaim> {
  const sorted = claims.toSorted((a, b) => compareNames(claimKey(a.text), claimKey(b.text)));
  return new Map(sorted.map((claim, index) => [`c${index + 1}`, claim]));
}

export interface MergeInput {
  /** The pages of the wiki, as `retireClaims` leaves them. */
  readonly base: WikiPages;
  readonly sorted: SortedPatches;
  readonly decided: readonly DecidedSet[];
  /** The start of the run, as an ISO time. */
  readonly updated: string;
}

export interface Merged {
  readonly pages: WikiPages;
  /** Claims of the wiki that nothing says any more. */
  readonly retired: number;
}

/** The pages with all claims that may land. New claims of a set without a decision are not among them. Pure. */
export function mergeClaims({ base, sorted, decided, updated }: MergeInput): Merged {
  const book = new ClaimBook(base, sorted.heads, updated);
  for (const claim of sorted.clean) book.put(claim);
  const judged = new Set(decided.map(({ set }) => set));
  // A claim that the wiki has already, word by word, needs no judgement.
  for (const set of sorted.sets)
    if (!judged.has(set)) for (const claim of set.claims) if (claim.isWritten) book.put(claim);
  for (const { set, decision } of decided) applyDecision(book, set, decision);
  for (const { page, claim, by, note } of sorted.notes) {
    const against = book.find(claim);
    const put = book.put({
      ...by,
      page,
      section: against?.section ?? by.section,
      isWritten: false,
    });
    if (against !== undefined) book.flag(note, [against.text, put]);
  }
  const { pages, retired } = settlePages(book.pages());
  return {
    pages: new Map([...pages].map(([name, page]) => [name, keepStamp(page, base.get(name))])),
    retired,
  };
}

function applyDecision(book: ClaimBook, set: ConflictSet, { groups }: Decision): void {
  const ids = idsOf(set);
  const placeOf = (id: string): number => set.claims.findIndex((one) => one === ids.get(id));
  const firstOf = (named: readonly string[]): number => Math.min(...named.map(placeOf));
  // The claims keep the order in which the sources make them.
  const ordered = groups.toSorted((a, b) => firstOf(a.claims) - firstOf(b.claims));
  for (const { claims: named, verdict, text, note } of ordered) {
    const group = named
      .toSorted((a, b) => placeOf(a) - placeOf(b))
      .flatMap((id) => ids.get(id) ?? [])
      .toSorted((a, b) => Number(b.isWritten) - Number(a.isWritten));
    const [first, ...others] = group;
    if (first === undefined) continue;
    if (verdict === "same") {
      const citations = others.reduce<Claim["citations"]>(
        (sum, one) => joinCitations(sum, one.citations),
        first.citations,
      );
      book.put({ ...first, citations });
      book.replace(
        group.map((one) => one.text),
        oneParagraph(text ?? first.text),
      );
      continue;
    }
    for (const one of group) book.put(one);
    if (verdict === "contradiction")
      book.flag(
        oneParagraph(note ?? "The sources disagree."),
        group.map((one) => one.text),
      );
  }
}

/** A page that says what it said before keeps its time. */
function keepStamp(page: WikiPage, before: WikiPage | undefined): WikiPage {
  if (before === undefined) return page;
  const unchanged = { ...page, updated: before.updated };
  return renderPage("page.md", unchanged) === renderPage("page.md", before) ? unchanged : page;
}

/** The claims of all pages while patches are merged into them; each text once. */
class ClaimBook {
  readonly #pages: Map<string, WikiPage>;
  readonly #heads: SortedPatches["heads"];
  readonly #updated: string;
  /** The page of each claim. */
  readonly #places = new Map<string, string>();
  /** The texts that have replaced others. */
  readonly #replaced = new Map<string, string>();

  constructor(base: WikiPages, heads: SortedPatches["heads"], updated: string) {
    this.#pages = new Map(base);
    this.#heads = heads;
    this.#updated = updated;
    for (const [name, { claims }] of base)
      for (const { text } of claims) this.#places.set(claimKey(text), name);
  }

  pages(): WikiPages {
    const rename = ({ note, claims }: Contradiction): Contradiction => ({
      note,
      claims: claims.map((one) => ({ ...one, text: this.find(one.text)?.text ?? one.text })),
    });
    return new Map(
      [...this.#pages].map(([name, page]) => [
        name,
        { ...page, contradictions: page.contradictions.map(rename) },
      ]),
    );
  }

  find(text: string): Claim | undefined {
    const key = claimKey(this.#replaced.get(claimKey(text)) ?? text);
    const page = this.#pages.get(this.#places.get(key) ?? "");
    return page?.claims.find((one) => claimKey(one.text) === key);
  }

  /** Adds a claim, or its citations to the one with the same text. @returns the text under which it stands. */
  put({ page: asked, section, text, citations }: SetClaim): string {
    const known = this.find(text);
    const key = claimKey(known?.text ?? text);
    const name = this.#places.get(key) ?? asked;
    this.#places.set(key, name);
    this.#change(name, (page) => {
      const claim = known ?? { section, text, citations: [] };
      const next = { ...claim, citations: joinCitations(claim.citations, citations) };
      const claims = page.claims.filter((one) => one !== known);
      const at = known === undefined ? claims.length : page.claims.indexOf(known);
      return { ...page, claims: claims.toSpliced(at, 0, next) };
    });
    return known?.text ?? text;
  }

  /** Lets one text stand for several. The first one that stands keeps its place. */
  replace(texts: readonly string[], by: string): void {
    const [first, ...others] = texts.flatMap((text) => this.find(text) ?? []);
    if (first === undefined) return;
    // Another claim may have this very text already.
    const text = this.#places.has(claimKey(by)) ? first.text : by;
    for (const one of others) if (one !== first) this.#remove(one);
    for (const one of texts) this.#replaced.set(claimKey(one), text);
    const place = this.#places.get(claimKey(first.text)) ?? "";
    this.#places.set(claimKey(text), place);
    this.#change(place, (page) => ({
      ...page,
      claims: page.claims.map((one) => (one === first ? { ...one, text } : one)),
    }));
  }

  /** Flags claims on each page that has one of them. */
  flag(note: string, texts: readonly string[]): void {
    const claims = texts.flatMap((text) => this.find(text) ?? []);
    const places = new Set(claims.flatMap(({ text }) => this.#places.get(claimKey(text)) ?? []));
    const flagged = claims.map(({ text, citations }) => ({ text, citations }));
    const isFlagged = ({ claims: known }: Contradiction): boolean =>
      flagged.every(({ text }) => known.some((one) => claimKey(one.text) === claimKey(text)));
    for (const name of places)
      this.#change(name, (page) =>
        page.contradictions.some(isFlagged)
          ? page
          : { ...page, contradictions: [...page.contradictions, { note, claims: flagged }] },
      );
  }

  #remove(claim: Claim): void {
    const place = this.#places.get(claimKey(claim.text)) ?? "";
    this.#change(place, (page) => ({
      ...page,
      claims: page.claims.filter((one) => one !== claim),
    }));
  }

  #change(name: string, edit: (page: WikiPage) => WikiPage): void {
    const head = this.#heads.get(name) ?? { title: name, summary: "", tags: [] };
    const page = this.#pages.get(name) ?? {
      title: head.title,
      summary: head.summary,
      tags: head.tags,
      updated: this.#updated,
      claims: [],
      contradictions: [],
    };
    this.#pages.set(name, { ...edit(page), updated: this.#updated });
  }
}
