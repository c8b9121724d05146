/** Joins the texts among the parts as sentences; `undefined` if there are no texts. */
export function sentences(parts: readonly unknown[]): string | undefined {
  const texts = parts.filter((part) => typeof part === "string" && part !== "");
  return texts.length === 0 ? undefined : texts.map(asSentence).join(" ");
}

function asSentence(text: unknown, index: number, all: readonly unknown[]): string {
  const trimmed = String(text).trim();
  return index === all.length - 1 || /[.!?:;…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
