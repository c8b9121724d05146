/** Marks that show text in another order than it has. */
const overrides = /[\u202A-\u202E\u2066-\u2069]/g;

/** A text of the model in one line, so that it starts no block of Markdown, and acts on no terminal that shows it. */
export function oneParagraph(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(overrides, "")
    .trim();
}
