import type { DatabaseSync } from "node:sqlite";
import { bestPart, partMarks } from "./best-part.ts";
import { matchExpression, searchWords } from "./search-words.ts";
import { numberOf, type Row, textOf, type WikiIndex } from "./wiki-index.ts";

export interface SearchOptions {
  /** @default 10, at most 100 */
  readonly limit?: number;
  /** Only pages that have all of these tags. */
  readonly tags?: readonly string[];
}

/** A page that a search has found. */
export interface SearchHit {
  /** Its path below the wiki's folder, with `/`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly updated?: string;
  /** Higher is better: BM25, with more for a title and a little more for a page that changed lately. */
  readonly score: number;
  /** The share of the question's words that the page has, from 0 to 1; comparable between questions. */
  readonly coverage: number;
  /** A part of the page, on one line, with `**` around what was looked for. */
  readonly snippet: string;
}

const dayMs = 86_400_000;

/** Ranks the pages for a question. A question without words finds none. */
export function searchPages(
  { database }: WikiIndex,
  query: string,
  { limit = 10, tags = [] }: SearchOptions,
  nowMs: number,
): readonly SearchHit[] {
  const words = searchWords(query);
  const count = Math.max(1, Math.min(100, Math.trunc(limit)));
  if (words.length === 0) return [];
  const tagged = tags
    .map(
      () =>
        " AND rowid IN (SELECT page.id FROM page, json_each(page.tags) WHERE lower(value) = lower(?))",
    )
    .join("");
  const found = database.prepare(
    `SELECT id, name, page.title, page.summary, page.tags, updated, changed, found.rank FROM
       (SELECT rowid, rank FROM words WHERE words MATCH ? AND rank MATCH 'bm25(8, 4, 4, 3, 1)'${tagged} ORDER BY rank LIMIT ?) AS found
       JOIN page ON page.id = found.rowid ORDER BY found.rank, name`,
  );
  const candidates = Math.max(50, count * 2);
  // Frequent words are on many pages, and enough of these have all of them: the others need no rank then.
  const whole = found.all(matchExpression(words, "AND"), ...tags, candidates);
  const rows =
    whole.length === candidates ? whole : found.all(matchExpression(words), ...tags, candidates);
  const had = new Map<number, number>();
  // One look for each page and word: the list of all pages with a frequent word is long.
  const having = database.prepare("SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?");
  for (const word of words.map((one) => matchExpression([one])))
    for (const id of rows.map((row) => numberOf(row, "id")))
      if (having.get(word, id) !== undefined) had.set(id, (had.get(id) ?? 0) + 1);
  const ranked = rows.map((row) => {
    const coverage = (had.get(numberOf(row, "id")) ?? 0) / words.length;
    const age = Math.max(0, nowMs - numberOf(row, "changed")) / dayMs;
    return {
      row,
      coverage,
      score: -numberOf(row, "rank") * (0.5 + coverage) * (1 + 0.05 / (1 + age / 90)),
    };
  });
  const best = ranked.toSorted((one, other) => other.score - one.score).slice(0, count);
  const texts = snippetsOf(
    database,
    words,
    best.map(({ row }) => numberOf(row, "id")),
  );
  return best.map(({ row, coverage, score }) =>
    toHit(row, { coverage, score, snippet: texts.get(numberOf(row, "id")) ?? "" }),
  );
}

/**
 * A part of each of these pages, by one look at all pages with the words. The plus keeps SQLite from looking a row up by
 * itself, which gives another row where words are joined by OR.
 */
function snippetsOf(
  database: DatabaseSync,
  words: readonly string[],
  ids: readonly number[],
): ReadonlyMap<number, string> {
  const marks = ids.map(() => "?").join(", ");
  const found = database
    .prepare(
      `SELECT rowid AS id, highlight(words, 4, ?, ?) AS text FROM words WHERE words MATCH ? AND +rowid IN (${marks})`,
    )
    .all(partMarks.start, partMarks.end, matchExpression(words), ...ids);
  return new Map(found.map((row) => [numberOf(row, "id"), toLine(bestPart(textOf(row, "text")))]));
}

function toHit(row: Row, found: Pick<SearchHit, "coverage" | "score" | "snippet">): SearchHit {
  const updated = textOf(row, "updated");
  return {
    name: textOf(row, "name"),
    title: textOf(row, "title"),
    summary: textOf(row, "summary"),
    tags: tagsOf(row),
    ...(updated === "" ? {} : { updated }),
    ...found,
  };
}

export function tagsOf(row: Row): readonly string[] {
  const tags: unknown = JSON.parse(textOf(row, "tags") || "[]");
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}

function toLine(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(
      /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}*]) (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu,
      "",
    )
    .trim();
}
