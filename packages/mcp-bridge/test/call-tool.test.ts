import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, callTool, defineTool } from "../src/index.ts";
import { contextWith, stuckTool, toolReturning } from "./builders.ts";

const context = contextWith(new AbortController().signal);

const layouts: readonly [name: string, output: unknown, result: unknown][] = [
  ["a string is the text", "# Found", { content: [{ type: "text", text: "# Found" }] }],
  [
    "a JSON object is fenced JSON and structured content",
    { n: 1, of: ["a"] },
    {
      content: [{ type: "text", text: '```json\n{"n":1,"of":["a"]}\n```' }],
      structuredContent: { n: 1, of: ["a"] },
    },
  ],
  ["an array is fenced JSON", [1, 2], { content: [{ type: "text", text: "```json\n[1,2]\n```" }] }],
  ["a number is fenced JSON", 0, { content: [{ type: "text", text: "```json\n0\n```" }] }],
  ["false is fenced JSON", false, { content: [{ type: "text", text: "```json\nfalse\n```" }] }],
  ["null is fenced JSON", null, { content: [{ type: "text", text: "```json\nnull\n```" }] }],
  [
    "markdown alone is the text",
    { markdown: "# Hi" },
    { content: [{ type: "text", text: "# Hi" }] },
  ],
  [
    "markdown and structured are one text, for structured content would hide the markdown",
    { markdown: "# Hi", structured: { n: 1 } },
    { content: [{ type: "text", text: '# Hi\n\n```json\n{"n":1}\n```' }] },
  ],
  [
    "an object that has a markdown among other keys is a JSON value",
    { markdown: "# Hi", title: "Hi" },
    {
      content: [{ type: "text", text: '```json\n{"markdown":"# Hi","title":"Hi"}\n```' }],
      structuredContent: { markdown: "# Hi", title: "Hi" },
    },
  ],
  [
    "content blocks of every type are passed on",
    {
      content: [
        { type: "text", text: "one" },
        { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
        { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
        { type: "resource_link", uri: "wiki://revenue", name: "Revenue" },
        { type: "resource", resource: { uri: "wiki://costs", text: "# Costs" } },
      ],
    },
    {
      content: [
        { type: "text", text: "one" },
        { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
        { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
        { type: "resource_link", uri: "wiki://revenue", name: "Revenue" },
        { type: "resource", resource: { uri: "wiki://costs", text: "# Costs" } },
      ],
    },
  ],
  [
    "content that is no list of blocks is a JSON value",
    { content: ["one"] },
    {
      content: [{ type: "text", text: '```json\n{"content":["one"]}\n```' }],
      structuredContent: { content: ["one"] },
    },
  ],
  [
    "a value that serialises itself is text only",
    new Date(0),
    { content: [{ type: "text", text: '```json\n"1970-01-01T00:00:00.000Z"\n```' }] },
  ],
  [
    "nothing is said to be nothing",
    undefined,
    { content: [{ type: "text", text: "(The tool returned nothing.)" }] },
  ],
  [
    "a value without JSON form is the tool's error",
    () => 1,
    { content: [{ type: "text", text: "a function has no JSON form" }], isError: true },
  ],
  [
    "a BigInt is the tool's error",
    { n: 1n },
    { content: [{ type: "text", text: "Do not know how to serialize a BigInt" }], isError: true },
  ],
];

test.each(layouts)("%s", async (_name, output, result) => {
  expect(await callTool(toolReturning(output), {}, context)).toEqual(result);
});

test("input passes through defaults, refinements and transforms", async () => {
  const tool = defineTool({
    name: "echo",
    description: "Returns its input.",
    inputSchema: z.object({
      query: z
        .string()
        .refine(async (text) => text !== "")
        .transform((text) => text.toUpperCase()),
      limit: z.number().default(5),
    }),
    execute: (input) => input,
  });

  const result = await callTool(tool, { query: "revenue", extra: true }, context);

  expect(result.structuredContent).toEqual({ query: "REVENUE", limit: 5 });
});

test("invalid input is one message with every path, and the tool does not run", async () => {
  let calls = 0;
  const tool = defineTool({
    name: "search",
    description: "Searches.",
    inputSchema: z.object({
      query: z.string(),
      filters: z.array(z.object({ field: z.enum(["a", "b"]) })),
    }),
    execute: () => (calls += 1),
  });

  const result = await callTool(tool, { filters: [{ field: "c" }] }, context);

  expect(calls).toBe(0);
  expect(result).toEqual({
    content: [
      {
        type: "text",
        text: [
          "The arguments of search are invalid:",
          "✖ Invalid input: expected string, received undefined",
          "  → at query",
          '✖ Invalid option: expected one of "a"|"b"',
          "  → at filters[0].field",
          "Correct them and call the tool again.",
        ].join("\n"),
      },
    ],
    isError: true,
  });
});

const failures: readonly [name: string, thrown: unknown, text: string][] = [
  ["an error by its message, without a stack", new RangeError("page 9 of 3"), "page 9 of 3"],
  ["an error without message by its name", new TypeError(), "TypeError"],
  ["a thrown string", "no such page", "no such page"],
  ["a thrown undefined", undefined, "undefined"],
  ["a thrown object by its message", { message: "quota", code: 7 }, "quota"],
  ["a thrown object without message by its content", { code: 7 }, "{ code: 7 }"],
  ["a thrown object without prototype", Object.create(null), "[Object: null prototype] {}"],
];

test.each(failures)("what a tool throws is told to the model: %s", async (_name, thrown, text) => {
  const throwing: BridgedTool = {
    ...toolReturning(""),
    execute: () => {
      throw thrown;
    },
  };
  const rejecting: BridgedTool = { ...throwing, execute: () => Promise.reject(thrown) };

  const results = await Promise.all(
    [throwing, rejecting].map((tool) => callTool(tool, {}, context)),
  );

  expect(results).toEqual(
    Array.from({ length: 2 }, () => ({ content: [{ type: "text", text }], isError: true })),
  );
});

test("a call whose signal fires ends at once with the reason, though the tool goes on", async () => {
  const { tool, called } = stuckTool();
  const controller = new AbortController();
  const call = callTool(tool, {}, contextWith(controller.signal));
  await called;

  controller.abort(new Error("The client left."));

  expect(await call).toEqual({
    content: [{ type: "text", text: "The client left." }],
    isError: true,
  });
});

test("a call whose signal has fired does not run its tool", async () => {
  const { tool, signals } = stuckTool();

  const result = await callTool(tool, {}, contextWith(AbortSignal.abort(new Error("Over."))));

  expect(result.isError).toBe(true);
  expect(signals).toEqual([]);
});

test("structured output is parsed by the tool's output schema", async () => {
  const tool = defineTool({
    name: "count",
    description: "Counts.",
    inputSchema: z.object({}),
    outputSchema: z.object({ n: z.number(), unit: z.string().default("pages") }),
    execute: () => ({ n: 3 }),
  });

  expect(await callTool(tool, {}, context)).toEqual({
    content: [{ type: "text", text: '```json\n{"n":3,"unit":"pages"}\n```' }],
    structuredContent: { n: 3, unit: "pages" },
  });
});

test("output that breaks its schema is the tool's error", async () => {
  const tool: BridgedTool = {
    ...toolReturning({ n: "three" }, "count"),
    outputSchema: z.object({ n: z.number() }),
  };

  expect(await callTool(tool, {}, context)).toEqual({
    content: [
      {
        type: "text",
        text: "count returned what its outputSchema does not allow:\n✖ Invalid input: expected number, received string\n  → at n",
      },
    ],
    isError: true,
  });
});

test("a content block that breaks its own form is the tool's error", async () => {
  const image = { type: "image", data: "not base64!", mimeType: "image/png" };

  const result = await callTool(toolReturning({ content: [image] }), {}, context);

  expect(result).toEqual({
    content: [
      {
        type: "text",
        text: "The tool returned an invalid content block:\n✖ Invalid Base64 string\n  → at [0].data",
      },
    ],
    isError: true,
  });
});
