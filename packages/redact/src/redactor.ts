import { findSpans, replaceSpans, type Span } from "./find-spans.ts";
import { formsOf, shortestSecret } from "./secret-forms.ts";

/** Takes secrets out of a text on its way out. */
export type Redact = (text: string) => string;

const mark = "[redacted]";

/** A character may be written in so many: `\\\\u0041`, or a percent sign of a percent sign. */
const longestEscape = 9;
/** A credential of which nothing but its look is known is found in a stream up to this length. */
const longestCredential = 4_096;

/**
 * Takes these secrets out of texts, by value and in every form in which they travel, with whatever looks
 * like a credential: services quote a refused key in their error, and Codex passes that on.
 */
export class Redactor {
  #forms: readonly string[] = [];
  /** No secret takes more characters in a text, escaped or not. */
  #longest = longestCredential;

  constructor(secrets: readonly string[]) {
    this.add(...secrets);
  }

  /** Further secrets, for every text from now on. */
  add(...secrets: readonly string[]): void {
    this.#forms = [...new Set([...this.#forms, ...secrets.flatMap(formsOf)])];
    const lengths = this.#forms.map(({ length }) => length * longestEscape);
    this.#longest = Math.max(longestCredential, ...lengths);
  }

  /** Of a text that is whole. */
  readonly redact: Redact = (text) =>
    text.length < shortestSecret ? text : replaceSpans(text, this.#find(text, false), mark);

  /** Of a text that was cut off, or that goes on: also the beginning of a secret at its end. */
  readonly redactCut: Redact = (text) => replaceSpans(text, this.#find(text, true), mark);

  /** True when the text holds one of the secrets; a text that only looks like one does not count. */
  knows(text: string): boolean {
    return findSpans(text, this.#forms, false).length > 0;
  }

  /** The beginning of a long text, with no half of a secret at its end. */
  head(text: string, limit: number): string {
    if (text.length <= limit) return this.redact(text);
    return this.redactCut(text.slice(0, limit + this.#longest)).slice(0, limit);
  }

  /**
   * Of a text that comes in pieces: what is known to be whole, redacted, and the rest, in which a secret may
   * have begun.
   */
  takeWhole(pending: string): { readonly whole: string; readonly rest: string } {
    let end = pending.length - this.#longest;
    if (end <= 0) return { whole: "", rest: pending };
    const spans = this.#find(pending, false);
    for (const { start, end: spanEnd } of spans.toSorted((a, b) => b.start - a.start))
      if (start < end && spanEnd > end) end = start;
    const before = spans.filter((span) => span.end <= end);
    return { whole: replaceSpans(pending.slice(0, end), before, mark), rest: pending.slice(end) };
  }

  #find(text: string, goesOn: boolean): readonly Span[] {
    return [...findSpans(text, this.#forms, goesOn), ...findCredentials(text)];
  }
}

/** `Bearer …`, an OpenAI key, a JSON Web Token; a password in a URL. */
const credentials =
  /(\bBearer\s+)[\w.~+/-]{8,}=*|\bsk-[\w*-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s/?#@:"'<>]{0,256}:)[^\s/?#@"'<>]{1,512}(?=@)/gi;

function findCredentials(text: string): readonly Span[] {
  return Array.from(text.matchAll(credentials), ({ 0: found, 1: scheme, 2: user, index }) => ({
    start: index + (scheme ?? user ?? "").length,
    end: index + found.length,
  }));
}
