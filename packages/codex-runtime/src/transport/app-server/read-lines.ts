import { OutputLimitError } from "../../process/output-limit-error.ts";

/**
 * The lines of a text that arrives in pieces, without their line ends; also a last line without one.
 *
 * Only line feeds end a line. Node's `readline` also ends one at U+2028 and U+2029, which Codex
 * writes unescaped in its JSON.
 *
 * @param limit The maximum number of characters of a line.
 * @throws {OutputLimitError} for a line that is longer.
 */
export async function* readLines(
  chunks: AsyncIterable<string> | Iterable<string>,
  limit: number,
): AsyncGenerator<string, void> {
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [end = "", ...others] = chunk.split("\n");
    begun.push(end);
    length += end.length;
    if (length > limit) throw new OutputLimitError("a line", limit);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
      length = next.length;
    }
  }
  const last = begun.join("");
  if (last !== "") yield last;
}
