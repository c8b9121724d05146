import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "../../../src/transport/app-server/read-lines.ts";

async function linesOf(chunks: readonly string[], limit = 1_000_000): Promise<readonly string[]> {
  async function* stream(): AsyncGenerator<string> {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of readLines(stream(), limit)) lines.push(line);
  return lines;
}

test("lines end at line feeds alone, wherever the text is cut", async () => {
  const text = fc.array(fc.constantFrom("{}", "a", "\u2028", "\u2029", "\r", "\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(text), async (pieces) => {
      const chunks = pieces.map((piece) => piece.join(""));
      const whole = chunks.join("");
      expect(await linesOf(chunks)).toEqual(
        (whole.endsWith("\n") ? whole.slice(0, -1) : whole).split("\n").slice(whole === "" ? 1 : 0),
      );
    }),
  );
});

test("a line without an end is too long once it is longer than the limit, whatever came before it", async () => {
  expect(await linesOf(["abc\nab", "c\nabc"], 3)).toEqual(["abc", "abc", "abc"]);
  for (const chunks of [["abcd\n"], ["ab", "cd"], ["a\nb", "cde\n"]])
    await expect(linesOf(chunks, 3)).rejects.toThrow(
      /^Codex was stopped: it wrote a line of more than 3 bytes/,
    );
});
