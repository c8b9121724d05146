import { decodeEscapes, type DecodedText, withoutBegunEscape } from "./decode-escapes.ts";

/** A part of a text, by its first index and the index after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Characters of the beginning or end of a long secret that are found alone, since the text may be cut there. */
const telling = 16;
/** Characters of the beginning of a secret that are found at the end of a text that continues. */
const begun = 4;
/** Levels of escapes: a text within a text within a text. */
const deepestEscapes = 3;

/**
 * The parts of a text with one of the forms of a secret, or a long part of it, escaped in any way.
 *
 * @param goesOn True for a text that continues, or may have continued before it was cut.
 */
export function findSpans(
  text: string,
  forms: readonly string[],
  goesOn: boolean,
): readonly Span[] {
  const spans: Span[] = [];
  let decoded: DecodedText | undefined = { text };
  for (let level = 0; decoded !== undefined && level <= deepestEscapes; level += 1) {
    const { offsets } = decoded;
    for (const { start, end } of findIn(decoded.text, forms, goesOn))
      spans.push({
        start: offsets?.[start] ?? start,
        end: end === decoded.text.length ? text.length : (offsets?.[end] ?? end),
      });
    decoded = decodeEscapes(decoded);
  }
  return spans;
}

/** The text with a mark in place of each of these parts. */
export function replaceSpans(text: string, spans: readonly Span[], mark: string): string {
  if (spans.length === 0) return text;
  let kept = "";
  let from = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    // Overlaps the previous part.
    if (start >= from) kept += text.slice(from, start) + mark;
    from = Math.max(from, end);
  }
  return kept + text.slice(from);
}

function* findIn(text: string, forms: readonly string[], goesOn: boolean): Generator<Span> {
  for (const form of forms) {
    yield* findBeginning(text, form);
    if (form.length > telling) yield* findEnding(text, form);
  }
  if (!goesOn) return;
  const whole = withoutBegunEscape(text);
  for (const form of forms)
    for (let length = Math.min(telling, form.length) - 1; length >= begun; length -= 1)
      if (whole.endsWith(form.slice(0, length))) {
        yield { start: whole.length - length, end: text.length };
        break;
      }
}

function* findBeginning(text: string, form: string): Generator<Span> {
  const head = form.slice(0, telling);
  for (let start = text.indexOf(head); start !== -1;) {
    let end = start + head.length;
    while (end - start < form.length && text[end] === form[end - start]) end += 1;
    yield { start, end };
    start = text.indexOf(head, end);
  }
}

function* findEnding(text: string, form: string): Generator<Span> {
  const tail = form.slice(-telling);
  for (let at = text.indexOf(tail); at !== -1; at = text.indexOf(tail, at + tail.length)) {
    const end = at + tail.length;
    let start = at;
    while (end - start < form.length && start > 0 && text[start - 1] === form.at(start - 1 - end))
      start -= 1;
    yield { start, end };
  }
}
