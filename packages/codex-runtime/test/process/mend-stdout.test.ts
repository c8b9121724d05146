import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { assert, asyncProperty, constantFrom, integer, string } from "fast-check";
import { expect, test } from "vitest";
import { escapeLineSeparators } from "../../src/process/mend-stdout.ts";

/** The text after it went through the stream in chunks of this many bytes. */
async function escaped(text: string, chunkBytes: number): Promise<string> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const mended = await buffer(Readable.from(chunks).pipe(escapeLineSeparators()));
  return mended.toString("utf8");
}

test.each([1, 2, 3, 4, 100])(
  "both separators become JSON escapes in chunks of %d bytes, and their neighbours stay",
  async (chunkBytes) => {
    expect(await escaped("a\u2028b\u2029\u2027\u202a–€c\u2028", chunkBytes)).toBe(
      "a\\u2028b\\u2029\u2027\u202a–€c\\u2028",
    );
  },
);

test("a line of JSON means the same afterwards, and has no separator left", async () => {
  const letters = constantFrom("a", "\u2028", "\u2029", "\u2030", "\u00e2", '"', "\\", "\u{1f600}");
  await assert(
    asyncProperty(
      string({ unit: letters }),
      integer({ min: 1, max: 9 }),
      async (text, chunkBytes) => {
        const line = await escaped(JSON.stringify({ text }), chunkBytes);
        expect(JSON.parse(line)).toEqual({ text });
        expect(line).not.toMatch(/[\u2028\u2029]/);
      },
    ),
  );
});
