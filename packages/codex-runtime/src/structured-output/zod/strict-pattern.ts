/**
 * A regular expression as a `pattern` for the service, or `undefined` where its engine differs from
 * JavaScript's: it refuses lookaround, and knows no backreferences, named groups, word boundaries and flags.
 */
export function strictPattern({ source, flags }: RegExp): string | undefined {
  const features = source.replaceAll(/\\[^bBkpP1-9]|\[(?:\\[^pP]|[^\]\\])*\]/g, "");
  const foreign = /\\|\(\?(?!:)/.test(features) || /[ims]/.test(flags);
  return foreign || source.length > longest ? undefined : source;
}

/** Longer patterns slow the service down without helping the model. */
const longest = 300;
