/**
 * A regular expression as a `pattern` for the service, or `undefined` where its engine differs from
 * JavaScript's: it refuses lookaround, and knows no backreferences, named groups, word boundaries and flags.
 */
export function strictPattern({ source, flags }: RegExp): string | undefined {
  const foreign =
    /[imsv]/.test(flags) ||
    isForeign(source) ||
    (flags.includes("u") && countsCharacters(source)) ||
    source.length > longest;
  return foreign ? undefined : source;
}

/** Longer patterns slow the service down without helping the model. */
const longest = 300;

/** Whether other engines refuse the expression, or read it in another way. */
function isForeign(source: string): boolean {
  const unescaped = source.replaceAll(commonEscape, filler);
  return (
    // Half of a character to JavaScript, which others do not know.
    /[\ud800-\udfff]/.test(source) ||
    unescaped.includes("\\") ||
    classesOf(unescaped).some((content) => content === "" || foreignInClass.test(content)) ||
    /\(\?(?!:)/.test(unescaped.replaceAll(characterClass, filler))
  );
}

/**
 * Whether the expression takes any character but certain ones. With the flag `u` an emoji is one of them; but
 * the flag is not sent, and without it an emoji may be two.
 */
function countsCharacters(source: string): boolean {
  const unescaped = source.replaceAll(commonEscape, filler);
  return (
    /\\[DSW]/.test(source.replaceAll("\\\\", filler)) ||
    /\[\^/.test(unescaped) ||
    unescaped.replaceAll(characterClass, filler).includes(".")
  );
}

/** What stands between the brackets of each class, without the `^` of a negated one. */
function classesOf(unescaped: string): string[] {
  return [...unescaped.matchAll(characterClass)].map(([text]) =>
    text.replaceAll(/^\[\^?|\]$/g, ""),
  );
}

/** The escapes that all engines read alike; not those of surrogates, control letters, and `\u{…}`. */
const commonEscape =
  /\\(?:[dDfnrsStvwW]|x[\dA-Fa-f]{2}|u(?![dD][89A-Fa-f])[\dA-Fa-f]{4}|[ -/:;=?@[-`{-~])/g;

/** In text without escapes. To JavaScript `[]` is empty, `[^]` is anything, and others let `]` be their first. */
const characterClass = /\[[^\]]*\]/g;

/** What begins a class within a class, or joins two of them, where such a thing is known. */
const foreignInClass = /\[|&&|--|~~/;

/** Stands for what is looked at no more, so that its neighbours do not become one. */
const filler = "_";
