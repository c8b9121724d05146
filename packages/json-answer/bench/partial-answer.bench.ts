import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import { type JsonSoFar, PartialAnswer, PartialJsonReader } from "../src/index.ts";
import { cut } from "../test/cut.ts";

/** An object of texts and lists, of about this many characters. */
function answerOf(length: number): string {
  const row = { title: "A page about refunds", links: ["orders", "money"], score: 12.5 };
  const rows = Math.ceil(length / JSON.stringify(row).length);
  return JSON.stringify({ rows: Array.from({ length: rows }, () => row) });
}

/** As much work as a decoder has: it visits everything. */
function copy(json: JsonSoFar): { readonly value: unknown } {
  return { value: structuredClone(json) };
}

function msOf(run: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}

test("an answer that comes in pieces", () => {
  const sizes = [10_000, 100_000, 1_000_000].map((length) => {
    const text = answerOf(length);
    const pieces = cut(text, [100]);
    return {
      length: text.length,
      pieces: pieces.length,
      parse: msOf(() => JSON.parse(text)),
      read: msOf(() => {
        const reader = new PartialJsonReader();
        for (const piece of pieces) reader.push(piece);
        expect(reader.json?.isComplete).toBe(true);
      }),
      decode: msOf(() => {
        const answer = new PartialAnswer(copy);
        for (const piece of pieces) answer.push(piece);
      }),
    };
  });
  for (const { length, parse, read, decode } of sizes)
    noteFigure({
      bench: "answers",
      title: `An answer of ${length.toLocaleString("en-US")} characters, in pieces of up to 100`,
      unit: "ms",
      better: "less",
      values: {
        "JSON.parse of the whole": parse,
        "read as it comes": read,
        "with all its values": decode,
      },
    });
  for (const { length, pieces, parse, read, decode } of sizes)
    console.log(
      `${length} characters in ${pieces} pieces, as ratios to JSON.parse of the whole (${parse.toFixed(2)} ms): ` +
        `read ${(read / parse).toFixed(1)}, with all its values ${(decode / parse).toFixed(0)}`,
    );
});
