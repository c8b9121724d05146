/** Markup that is safe to send. Only this file makes one out of text. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** A part of a template: text is escaped, markup is kept, lists are joined, and nothing is left out for `undefined`. */
export type HtmlPart = string | number | Html | undefined | readonly HtmlPart[];

/** `` html`<b>${text}</b>` `` escapes every text, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(
    strings
      .map((string, index) => string + (index < parts.length ? show(parts[index]) : ""))
      .join(""),
  );
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities.get(character) ?? character);
}

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function show(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return String(part);
  if (typeof part === "object") return part.map(show).join("");
  return escapeHtml(String(part));
}
