/** Text that is HTML already. Only `markup` and `joined` make it, so no value gets into a page unescaped. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** A part of a template: HTML as it is, anything else escaped; undefined and false leave nothing. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** HTML with values. Each value is escaped for a text and for an attribute in double quotes, unless it is HTML. Pure. */
export function markup(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(
    strings
      .map((text, index) => `${text}${index < parts.length ? show(parts[index]) : ""}`)
      .join(""),
  );
}

function show(part: HtmlPart): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return part.map(show).join("");
}

/** The text for a page: markup and characters that no page may have are replaced. Pure. */
function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unwritable, "\u{FFFD}")
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

// oxlint-disable-next-line no-control-regex -- These are the characters that a page cannot hold.
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
