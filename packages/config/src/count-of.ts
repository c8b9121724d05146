/** A counted thing; the plural of a text has an `s` more. */
export type Noun = string | { readonly one: string; readonly many: string };

/** `1 tool`, `2 tools`, `20,000 tokens`. Pure. */
export function countOf(count: number, noun: Noun): string {
  const { one, many } = typeof noun === "string" ? { one: noun, many: `${noun}s` } : noun;
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
