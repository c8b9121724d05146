/** The significant words of a text, in lower case and without a plural `s`. */
export function contentWords(text: string): readonly string[] {
  return (text.toLowerCase().match(/\p{L}{3,}/gu) ?? [])
    .filter((word) => !fillers.has(word))
    .map((word) => (/[^s]s$/.test(word) ? word.slice(0, -1) : word));
}

/** The number of different words of `query` in `text`. */
export function countShared(query: readonly string[], text: string): number {
  return new Set(query).intersection(new Set(contentWords(text))).size;
}

const fillers = new Set(
  (
    "the and are was were for not but you your our its his her their who whom what which when where why how " +
    "does did has have had can could may might will would shall should that this these those with without " +
    "from into about than then there any all out per tell say"
  ).split(" "),
);
