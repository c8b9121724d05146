import { expect, test } from "vitest";
import type { BridgedTool } from "../../src/index.ts";
import { contextWith, hostOf, textOf, toolReturning } from "../builders.ts";

const context = contextWith(new AbortController().signal);

test("a long result is cut at a line's end, and the model is told to ask for less", async () => {
  const host = hostOf(toolReturning("one\ntwo\nthree\nfour\n"), { maxOutputBytes: 16 });

  expect(await host.call("subject", {}, context)).toEqual({
    content: [
      { type: "text", text: "one\ntwo\nthree\n" },
      {
        type: "text",
        text:
          "[Tool bridge: This result was cut: 5 bytes of text are missing. " +
          "Narrow the arguments to get a shorter result.]",
      },
    ],
  });
});

test("a paged tool's long result can be read to its end by cursors, without running the tool again", async () => {
  const text = Array.from({ length: 50 }, (_value, index) => `line ${index}\n`).join("");
  let runs = 0;
  const tool: BridgedTool = {
    ...toolReturning(""),
    paged: true,
    execute: () => {
      runs += 1;
      return text;
    },
  };
  const host = hostOf(tool, { maxOutputBytes: 100 });

  const parts: string[] = [];
  let cursor: string | undefined;
  do {
    const result = await host.call("subject", cursor === undefined ? {} : { cursor }, context);
    parts.push(textOf(result));
    cursor = /cursor "([^"]+)"/.exec(JSON.stringify(result).replaceAll("\\", ""))?.[1];
  } while (cursor !== undefined);

  expect(parts.join("")).toBe(text);
  expect(parts.length).toBeGreaterThan(3);
  expect(runs).toBe(1);
});

test("a cursor that is unknown, or another tool's, is an error that says how to start again", async () => {
  const long = (name: string): BridgedTool => ({
    ...toolReturning("x".repeat(500), name),
    paged: true,
  });
  const host = hostOf(long("one"), long("two"), { maxOutputBytes: 100 });
  await host.call("one", {}, context);

  const results = [
    await host.call("two", { cursor: "page-1" }, context),
    await host.call("one", { cursor: "page-9" }, context),
  ];

  expect(results.map(textOf)).toEqual([
    'Cursor "page-1" has expired. Call two without a cursor to start again.',
    'Cursor "page-9" has expired. Call one without a cursor to start again.',
  ]);
});
