import { findSpans, replaceSpans, type Span } from "./find-spans.ts";
import { formsOf, shortestSecret } from "./secret-forms.ts";

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/** The text in the place of a secret. */
export const mark = "[redacted]";

/** The longest notation of one character, such as `\\\\u0041` or a doubly encoded percent sign. */
const longestEscape = 9;
/** The longest credential that is found in a stream by its form alone. */
const longestCredential = 4_096;

/**
 * Removes these secrets from texts, in all their notations, and any text in the form of a credential: services quote a
 * refused key in their error, and Codex passes that on.
 */
export class Redactor {
  readonly #onRemove = new Set<(redact: Redact) => void>();
  readonly #secrets = new Map<string, readonly string[]>();
  #forms: readonly string[] = [];
  /** The largest number of characters of a secret in a text, escapes included. */
  #longest = longestCredential;

  constructor(secrets: readonly string[]) {
    this.add(...secrets);
  }

  /** Adds secrets for every text from now on. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.set(secret, formsOf(secret));
    this.#refresh();
  }

  /** Secrets that no later text can hold, such as the token of a server that has ended. */
  remove(...secrets: readonly string[]): void {
    const known = secrets.filter((secret) => this.#secrets.has(secret));
    if (known.length === 0) return;
    const { redact } = new Redactor(known);
    for (const onRemove of this.#onRemove) onRemove(redact);
    for (const secret of secrets) this.#secrets.delete(secret);
    this.#refresh();
  }

  /** Whoever keeps an unredacted text redacts it before secrets are removed; for as long as this redactor lives. */
  onRemove(listener: (redact: Redact) => void): void {
    this.#onRemove.add(listener);
  }

  #refresh(): void {
    this.#forms = [...new Set([...this.#secrets.values()].flat())];
    const lengths = this.#forms.map(({ length }) => length * longestEscape);
    this.#longest = Math.max(longestCredential, ...lengths);
  }

  /** Redacts a complete text. */
  readonly redact: Redact = (text) =>
    text.length < shortestSecret ? text : replaceSpans(text, this.#find(text, false), mark);

  /** Redacts a text that was cut or that continues: also removes the beginning of a secret at its end. */
  readonly redactCut: Redact = (text) => replaceSpans(text, this.#find(text, true), mark);

  /** True when the text contains one of the secrets; a text in the form of a credential does not count. */
  knows(text: string): boolean {
    return findSpans(text, this.#forms, false).length > 0;
  }

  /** The beginning of a long text, redacted, without a part of a secret at its end. */
  head(text: string, limit: number): string {
    if (text.length <= limit) return this.redact(text);
    return this.redactCut(text.slice(0, limit + this.#longest)).slice(0, limit);
  }

  /**
   * Splits a text that arrives in pieces: the complete part, redacted, and the rest, in which a secret may have
   * begun.
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
