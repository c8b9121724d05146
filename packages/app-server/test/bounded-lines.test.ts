import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CutLine, readBoundedLines } from "../src/bounded-lines.ts";

async function linesOf(
  chunks: readonly string[],
  limit = 1_000_000,
): Promise<readonly (string | CutLine)[]> {
  async function* stream(): AsyncGenerator<string> {
    yield* chunks;
  }
  const lines: (string | CutLine)[] = [];
  for await (const line of readBoundedLines(stream(), limit)) lines.push(line);
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

test("a line that is too long is passed over with its two ends, and the lines after it are read", async () => {
  expect(await linesOf(["abc\nab", "c\nabc"], 3)).toEqual(["abc", "abc", "abc"]);
  for (const chunks of [["abcd\nab"], ["ab", "cd\n", "ab"], ["a", "bc", "d", "\nab"]])
    expect(await linesOf(chunks, 3)).toEqual([{ head: "abcd", tail: "abcd" }, "ab"]);
});

test("of a line without an end, only its two ends are kept", async () => {
  const chunks = ["head", ...Array.from({ length: 70 }, () => "x".repeat(1_000)), "tail"];
  const [cut] = await linesOf(chunks, 10_000);
  expect(cut).toMatchObject({
    head: expect.stringMatching(/^headx{1,4092}$/),
    tail: expect.stringMatching(/^x{4092}tail$/),
  });
});

test("a line of eight times the limit ends the reading", async () => {
  const chunks = ["a\n", ...Array.from({ length: 9 }, () => "xxx")];
  await expect(linesOf(chunks, 3)).rejects.toThrow(
    /^Codex was stopped: it wrote a line of more than 3 bytes/,
  );
});
