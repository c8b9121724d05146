/** The `pattern` of a regular expression; `undefined` if the engine of the service could read it differently. */
export function strictPattern({ source, flags }: RegExp): string | undefined {
  const isForeign = /[imsv]/.test(flags) || source.length > longest;
  const common = flags.includes("u") ? commonWithoutComplements : commonSource;
  return isForeign || !common.test(source) ? undefined : source;
}

/** Longer patterns slow the service down without helping the model. */
const longest = 300;

/** Escapes with the same meaning in all engines; excludes surrogates, control letters, and `\u{…}`. */
const escape = String.raw`\\(?:[dfnrstvw]|x[\dA-Fa-f]{2}|u(?![dD][89A-Fa-f])[\dA-Fa-f]{4}|[ -/:;=?@[-\`{-~])`;

/** The characters of a class besides escapes: no nested class, and no operator between classes of other engines. */
const member = String.raw`(?!&&|--|~~)[^\\[\]\ud800-\udfff]`;

const commonSource = sourceOf(String.raw`${escape}|\\[DSW]`, String.raw`(?:\^|(?!\^))`, "");

/** The flag `u` is not sent; without it, an emoji is two characters. */
const commonWithoutComplements = sourceOf(escape, String.raw`(?!\^)`, ".");

function sourceOf(escapes: string, negation: string, excluded: string): RegExp {
  const characterClass = String.raw`\[${negation}(?:${escapes}|${member})+\]`;
  const others = String.raw`\((?:\?:|(?!\?))|[^\\[(\ud800-\udfff${excluded}]`;
  return new RegExp(`^(?:${escapes}|${characterClass}|${others})*$`);
}
