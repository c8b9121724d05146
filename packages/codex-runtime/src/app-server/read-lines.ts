/**
 * The lines of a text that comes in pieces, without their ends; the last one also where it has no end.
 *
 * Lines end at line feeds alone. Node's `readline` ends them at U+2028 and U+2029 as well, which Codex
 * writes as they are inside its JSON.
 */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const [end = "", ...others] = chunk.split("\n");
    begun.push(end);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
    }
  }
  const last = begun.join("");
  if (last !== "") yield last;
}
