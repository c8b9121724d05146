import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limitResult } from "../../src/call/limit-result.ts";
import { errorResult, layOutResult } from "../../src/tool/tool-result.ts";

const askForLess = "Narrow the arguments to get a shorter result.]";

test("a result within the limit is passed on untouched", () => {
  const result = layOutResult({ n: 1 }, false);

  expect(limitResult(result, { name: "tool", maxBytes: 100 })).toBe(result);
});

test("a JSON object over the limit is cut as text, and its structured copy is dropped", () => {
  const result = layOutResult({ list: "x".repeat(100) }, false);

  expect(limitResult(result, { name: "tool", maxBytes: 20 })).toEqual({
    content: [
      { type: "text", text: '```json\n{"list":"xxx' },
      {
        type: "text",
        text: `[Tool bridge: This result was cut: 103 bytes of text are missing. ${askForLess}`,
      },
    ],
  });
});

test("promised structure beside markdown cannot be cut, so the result becomes an error", () => {
  const result = layOutResult({ markdown: "# Hi", structured: { list: "x".repeat(100) } }, true);

  expect(limitResult(result, { name: "tool", maxBytes: 20 })).toEqual(
    errorResult(
      "[Tool bridge: The result of tool has 129 bytes, the limit is 20, and a structured result " +
        `cannot be cut. ${askForLess}`,
    ),
  );
});

test("structured content that no text repeats is measured like text", () => {
  const result = layOutResult({ content: [], structuredContent: { list: "x".repeat(100) } }, false);

  expect(limitResult(result, { name: "tool", maxBytes: 112 })).toBe(result);
  expect(limitResult(result, { name: "tool", maxBytes: 110 })).toMatchObject({
    content: [{ text: expect.stringContaining("tool has 111 bytes") }],
    isError: true,
  });
});

test("an error's text is cut too, and stays an error", () => {
  expect(limitResult(errorResult("x".repeat(30)), { name: "tool", maxBytes: 20 })).toMatchObject({
    content: [{ type: "text", text: "x".repeat(20) }, { type: "text" }],
    isError: true,
  });
});

test("embedded text counts like text and keeps its address when it is cut", () => {
  const result = layOutResult(
    {
      content: [
        { type: "text", text: "12345" },
        { type: "resource", resource: { uri: "wiki://page", text: "67890abcde" } },
        { type: "text", text: "later" },
      ],
    },
    false,
  );

  expect(limitResult(result, { name: "tool", maxBytes: 10, keep: (rest) => `[${rest}]` })).toEqual({
    content: [
      { type: "text", text: "12345" },
      { type: "resource", resource: { uri: "wiki://page", text: "67890" } },
      {
        type: "text",
        text:
          "[Tool bridge: This result was cut: 12 bytes of text are missing. " +
          'To read on, call tool again with the same arguments and cursor "[abcde\n\nlater]".]',
      },
    ],
  });
});

test("media over 4 MiB is left out with a note in its place", () => {
  const image = { type: "image", data: "AAAA".repeat(1024 * 1024), mimeType: "image/png" };
  const result = layOutResult({ content: [{ type: "text", text: "See:" }, image] }, false);

  expect(limitResult(result, { name: "tool", maxBytes: 100 })).toEqual({
    content: [
      { type: "text", text: "See:" },
      {
        type: "text",
        text:
          "[Tool bridge: A block of type image was removed: it has 4,194,353 bytes, " +
          "the limit is 4,194,304.]",
      },
    ],
  });
});

test("whatever the text, the part that is sent fits and nothing of it is lost", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.integer({ min: 4, max: 80 }),
      (text, maxBytes) => {
        let rest = "";
        const keep = (left: string): string => {
          rest = left;
          return "page";
        };
        const { content } = limitResult(
          { content: [{ type: "text", text }] },
          { name: "tool", maxBytes, keep },
        );
        const head = content[0]?.type === "text" ? content[0].text : "";

        expect(head + rest).toBe(text);
        expect(Buffer.byteLength(head)).toBeLessThanOrEqual(maxBytes);
      },
    ),
  );
});
