/** A text of the model in one line, so that it starts no block of Markdown. */
export function oneParagraph(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
