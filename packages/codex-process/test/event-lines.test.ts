import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { assert, asyncProperty, constantFrom, integer, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { eventLines } from "../src/event-lines.ts";

interface Outcome {
  readonly text: string;
  readonly skipped: number;
  readonly tooLong: number;
}

/** What is left of a text that goes through the stream in chunks of this many bytes. */
async function pass(text: string, chunkBytes = 1_000, limitBytes = 1_000): Promise<Outcome> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  let skipped = 0;
  let tooLong = 0;
  const lines = eventLines({
    limitBytes,
    onTooLong: () => (tooLong += 1),
    onSkipped: () => (skipped += 1),
  });
  const passed = await buffer(Readable.from(chunks).pipe(lines));
  return { text: passed.toString("utf8"), skipped, tooLong };
}

describe.each([1, 2, 3, 7, 1_000])("in chunks of %d bytes", (chunkBytes) => {
  test("both separators become JSON escapes, and their neighbours stay", async () => {
    const { text } = await pass('{"a":"a\u2028b\u2029\u2027\u202a–€c\u2028"}', chunkBytes);
    expect(text).toBe('{"a":"a\\u2028b\\u2029\u2027\u202a–€c\\u2028"}\n');
  });

  test("what is no JSON object is skipped, and counted unless it is blank", async () => {
    const odd = [
      "null",
      "7",
      '"text"',
      "[]",
      "true",
      '{"type":',
      "2026-11-28T21:34Z WARN log",
      "\uFFFD",
    ];
    const blank = ["", " ", "\r", "\t \r", "\uFEFF"];
    const lines = ["\uFEFF{}", ...odd, '{"a":1}\r', ...blank, ' {"b":2} '];
    const { text, skipped } = await pass(lines.join("\n"), chunkBytes);
    expect(text).toBe('{}\n{"a":1}\n{"b":2}\n');
    expect(skipped).toBe(odd.length);
  });

  test("a line that is too long ends the text, once, and what came before it stays", async () => {
    const longest = `{"a":"${"x".repeat(12)}"}`;
    const text = `${longest}\n${longest}\n{"a":"${"x".repeat(13)}"}\n{"b":1}\n${"y".repeat(99)}`;
    const outcome = await pass(text, chunkBytes, longest.length);
    expect(outcome).toEqual({ text: `${longest}\n${longest}\n`, skipped: 0, tooLong: 1 });
  });
});

test("a line of JSON means the same afterwards, and has no separator left", async () => {
  const letters = constantFrom("a", "\u2028", "\u2029", "\u2030", "\u00e2", '"', "\\", "\u{1f600}");
  await assert(
    asyncProperty(
      string({ unit: letters }),
      integer({ min: 1, max: 9 }),
      async (text, chunkBytes) => {
        const line = (await pass(JSON.stringify({ text }), chunkBytes)).text;
        expect(JSON.parse(line)).toEqual({ text });
        expect(line).not.toMatch(/[\u2028\u2029]/);
      },
    ),
  );
});
