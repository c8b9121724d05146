import { decodeEscapes, type DecodedText, withoutBegunEscape } from "./decode-escapes.ts";

/** A part of a text, from one index up to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** So much of a long secret's beginning or end is found alone: whoever cut a text may have cut there. */
const telling = 16;
/** So much of a secret's beginning is found at the end of a text that goes on. */
const begun = 4;
/** A text within a text within a text is escaped so often. */
const deepestEscapes = 3;

/**
 * Where a text holds one of the forms of a secret, or a telling part of it, escaped in any way.
 *
 * @param goesOn True for a text of which more follows, or may have followed.
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

/** The text without these parts, each of which leaves the mark. */
export function replaceSpans(text: string, spans: readonly Span[], mark: string): string {
  if (spans.length === 0) return text;
  let kept = "";
  let from = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    // A part of what is gone already, or a longer end of it.
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
