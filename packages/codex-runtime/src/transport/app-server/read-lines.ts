import { OutputLimitError } from "../../process/output-limit-error.ts";

/**
 * The lines of a text that comes in pieces, without their ends; the last one also where it has no end.
 *
 * Lines end at line feeds alone. Node's `readline` ends them at U+2028 and U+2029 as well, which Codex
 * writes as they are inside its JSON.
 *
 * @param limit The most characters of a line.
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
