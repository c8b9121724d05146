import type { WikiPage } from "./wiki-page.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";
import type { Citation } from "./citation.ts";

/** A sentence, item or row of a page that cites lines. */
export interface Claim {
  readonly text: string;
  readonly line: number;
  /** Its offsets in the page, with its footnotes. */
  readonly start: number;
  readonly end: number;
  readonly citations: readonly Citation[];
  /** The ids of all its footnotes. */
  readonly footnotes: readonly string[];
}

/** A claim whose footnotes are still being collected. */
interface OpenClaim {
  readonly line: number;
  readonly start: number;
  end: number;
  readonly footnotes: Set<string>;
}

/** The claims of a page: the sentences, list items and table rows with a footnote. Pure. */
export function claimsOf({ text, references, citations, footnotes }: WikiPage): readonly Claim[] {
  const claims: OpenClaim[] = [];
  const definitionLines = new Set(footnotes.map(({ line }) => line));
  for (const reference of references) {
    if (definitionLines.has(reference.line)) continue;
    const last = claims.at(-1);
    if (
      last !== undefined &&
      (reference.start < last.end || /^[ \t]*$/.test(text.slice(last.end, reference.start)))
    ) {
      last.footnotes.add(reference.id);
      last.end = Math.max(last.end, reference.end);
      continue;
    }
    // A full stop behind the footnote belongs to the claim.
    const isEnded = /^[.!?。]/.test(text.slice(reference.end, reference.end + 1));
    claims.push({
      line: reference.line,
      start: startOf(text, reference.start, last?.end ?? 0),
      end: reference.end + (isEnded ? 1 : 0),
      footnotes: new Set([reference.id]),
    });
  }
  return claims.map(({ line, start, end, footnotes: ids }) => ({
    text: text
      .slice(start, end)
      .replaceAll(/\[\^[^\]\s]+\]/g, "")
      .replaceAll(/\s+/g, " ")
      .trim(),
    line,
    start,
    end,
    citations: citations.filter(({ id }) => ids.has(id)),
    footnotes: [...ids],
  }));
}

/** The start of the sentence, item or row that ends at a footnote. */
function startOf(text: string, at: number, earliest: number): number {
  const before = text.slice(earliest, at);
  let start = 0;
  for (const mark of before.matchAll(
    /\r?\n[ \t]*\r?\n|\r?\n(?=[ \t]*(?:[-*+|#>]|\d+[.)]) ?)|(?<!\b(?:e\.g|i\.e|vs|cf|approx|No|\p{L}))[.!?。！？]["')\]]*\s+(?=[\p{Lu}\p{N}\p{Lo}`*_[])/gu,
  ))
    if (before.slice(mark.index + mark[0].length).trim() !== "")
      start = mark.index + mark[0].length;
  const [lead = ""] = /^\s*(?:[-*+>]\s+|\d+[.)]\s+)?/.exec(before.slice(start)) ?? [];
  return earliest + start + lead.length;
}

/**
 * Takes the claims out of a page that only a source says. A claim that cites others too stays, and loses the one
 * footnote. All other text stays as it is. Pure.
 *
 * @param source from the project's folder, with `/`.
 * @returns undefined where nothing cites the source.
 */
export function retireSource(page: WikiPage, source: string): string | undefined {
  const { text, citations, footnotes, references } = page;
  const retired = citations.filter((citation) => citation.source === source);
  if (retired.length === 0) return undefined;
  const ids = new Set(retired.map(({ id }) => id));
  const edits: TextEdit[] = [];
  const isWhole = (claim: Claim): boolean => claim.footnotes.every((id) => ids.has(id));
  const claims = claimsOf(page);
  const whole = claims.filter(isWhole);
  for (const { start, end } of whole) edits.push(removal(text, start, end));
  const definitionLines = new Set(footnotes.map(({ line }) => line));
  let next = 0;
  for (const { id, line, start, end } of references) {
    // Both are in the order of the page.
    while ((whole[next]?.end ?? Number.POSITIVE_INFINITY) < end) next += 1;
    const isInWhole = (whole[next]?.start ?? Number.POSITIVE_INFINITY) <= start;
    if (ids.has(id) && !definitionLines.has(line) && !isInWhole)
      edits.push({ start, end, text: "" });
  }
  for (const { start, end } of retired) edits.push(lineRemoval(text, start, end));
  return applyEdits(text, edits);
}

/** A list item or row that is left empty goes with its mark. */
function removal(text: string, start: number, end: number): TextEdit {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const after = text.indexOf("\n", end);
  const lineEnd = after < 0 ? text.length : after;
  const isAlone =
    /^[ \t]*(?:[-*+|>]|\d+[.)])?[ \t]*$/.test(text.slice(lineStart, start)) &&
    /^[ \t|.\r]*$/.test(text.slice(end, lineEnd));
  if (isAlone) return lineRemoval(text, lineStart, lineEnd);
  const space = /^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + space, text: "" };
}

function lineRemoval(text: string, start: number, end: number): TextEdit {
  const lineBreak = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + lineBreak, text: "" };
}
