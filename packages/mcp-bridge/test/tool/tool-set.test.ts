import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, resolveToolSet, ToolBridgeError } from "../../src/index.ts";
import { greet, toolReturning } from "../builders.ts";

test("a set resolves to its tools in order", () => {
  const other = toolReturning("x", "other");

  const resolved = resolveToolSet({ second: other, first: greet });

  expect(resolved.map(({ alias, tool }) => ({ alias, tool }))).toEqual([
    { alias: "second", tool: other },
    { alias: "first", tool: greet },
  ]);
});

test("an empty set resolves to no tools", () => {
  expect(resolveToolSet({})).toEqual([]);
});

test("defaults and transforms are listed by what the model has to send", () => {
  const tool = defineTool({
    name: "search",
    description: "Searches.",
    inputSchema: z.object({
      query: z.string().transform((text) => text.length),
      limit: z.number().default(10),
    }),
    execute: ({ query, limit }) => query + limit,
  });

  expect(resolveToolSet({ tool })[0]?.listing.inputSchema).toEqual({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { query: { type: "string" }, limit: { type: "number", default: 10 } },
    required: ["query"],
  });
});

test("limits that a tool leaves out are resolved: 60 s, parallel if read-only, else in turns", () => {
  const limits = resolveToolSet({
    greet,
    writing: toolReturning("x", "writing"),
    own: { ...toolReturning("x", "own"), timeoutMs: 5, concurrency: 2 },
  }).map(({ timeoutMs, concurrency }) => ({ timeoutMs, concurrency }));

  expect(limits).toEqual([
    { timeoutMs: 60_000, concurrency: Number.POSITIVE_INFINITY },
    { timeoutMs: 60_000, concurrency: "takes-turns" },
    { timeoutMs: 5, concurrency: 2 },
  ]);
});

test("a paged tool lists the cursor as an optional input", () => {
  const [resolved] = resolveToolSet({ greet: { ...greet, paged: true } });

  expect(resolved?.listing.inputSchema).toMatchObject({
    properties: { who: {}, cursor: { type: "string" } },
    required: ["who"],
  });
});

test("a listing is well-formed Unicode in all its texts", () => {
  const half = "Report 😀".slice(0, 8);
  const tool: BridgedTool = {
    name: "report",
    title: half,
    description: half,
    annotations: { title: half },
    inputSchema: z
      .object({
        who: z.string().default(half).describe(half),
        rows: z.array(z.string().meta({ title: half, examples: [half] })),
      })
      .describe(half),
    outputSchema: z.object({ n: z.number().describe(half) }),
    execute: () => "",
  };

  const listing = JSON.stringify(resolveToolSet({ tool })[0]?.listing);

  expect(listing).not.toMatch(/\\ud[89a-f]/i);
  expect(listing.split("Report \uFFFD")).toHaveLength(10);
});

test("a refined object is still an object", () => {
  const tool = { ...greet, inputSchema: z.object({ who: z.string() }).refine(() => true) };

  expect(resolveToolSet({ tool })).toHaveLength(1);
});

const unusable: readonly [name: string, tool: unknown, code: string, message: string][] = [
  [
    "a name with a space",
    { ...greet, name: "say hello" },
    "invalid-tool-name",
    'Tool "subject": expected a name of 1 to 54 letters, digits, "_" or "-", got "say hello". ' +
      "Codex calls it mcp__ktx__<name>, at most 64 characters in all: choose a name that fits.",
  ],
  [
    "an empty name",
    { ...greet, name: "" },
    "invalid-tool-name",
    'Tool "subject": expected a name of 1 to 54 letters, digits, "_" or "-", got an empty text. ' +
      "Codex calls it mcp__ktx__<name>, at most 64 characters in all: choose a name that fits.",
  ],
  [
    "a blank description",
    { ...greet, description: " " },
    "invalid-description",
    'Tool "subject": expected a text that tells the model what the tool does and when to call it, got " ". ' +
      "Write one or two sentences.",
  ],
  [
    "an input schema that is no object",
    { ...greet, inputSchema: z.string() },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema made by z.object(…) of zod 4, got an object of type ZodString. ' +
      "Wrap the schema: z.object({ value: yourSchema }).",
  ],
  [
    "an input schema that is plain JSON Schema",
    { ...greet, inputSchema: { type: "object" } },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema made by z.object(…) of zod 4, got an object of type Object. ' +
      "Wrap the schema: z.object({ value: yourSchema }).",
  ],
  [
    "an input schema that JSON cannot express",
    { ...greet, inputSchema: z.object({ when: z.date() }) },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema that JSON Schema can express, got a Date (at $.when). ' +
      "Use z.iso.datetime() and .transform() it into what the tool needs.",
  ],
  [
    "a property whose name is no well-formed Unicode",
    { ...greet, inputSchema: z.object({ list: z.array(z.object({ "a\uD83D": z.string() })) }) },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema that JSON Schema can express, got "a\\ud83d", which no client can ' +
      "send. Use JSON types on the wire: z.iso.datetime() for dates, z.string().transform(…) for the rest.",
  ],
  [
    "a choice that is no well-formed Unicode",
    { ...greet, inputSchema: z.object({ mood: z.enum(["good", "\uDE00"]) }) },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema that JSON Schema can express, got "\\ude00", which no client can ' +
      "send. Use JSON types on the wire: z.iso.datetime() for dates, z.string().transform(…) for the rest.",
  ],
  [
    "an output schema that is no object",
    { ...greet, outputSchema: z.array(z.string()) },
    "invalid-output-schema",
    'Tool "subject": expected an outputSchema made by z.object(…) of zod 4, got an object of type ZodArray. ' +
      "Wrap the schema: z.object({ value: yourSchema }).",
  ],
  [
    "an output schema that claims the key of the markdown",
    { ...greet, outputSchema: z.object({ markdown: z.string() }) },
    "invalid-output-schema",
    'Tool "subject": expected an outputSchema without a property named markdown, got one that has it. ' +
      "Return { markdown, structured }: the bridge puts the markdown beside the structured properties.",
  ],
  [
    "a time limit of zero",
    { ...greet, timeoutMs: 0 },
    "invalid-limit",
    'Tool "subject": expected a timeoutMs that is a whole number from 1 to 2147483647, got 0. Leave it out for 60 s.',
  ],
  [
    "a concurrency of zero",
    { ...greet, concurrency: 0 },
    "invalid-limit",
    'Tool "subject": expected a concurrency that is a whole number from 1 to 2147483647, got 0. ' +
      "Leave it out: read-only tools then run in parallel, the others one at a time.",
  ],
  [
    "pages and an input of its own named cursor",
    { ...greet, paged: true, inputSchema: z.object({ cursor: z.string() }) },
    "invalid-input-schema",
    'Tool "subject": expected an inputSchema without a property named cursor, got one that has it. ' +
      "Rename it: the bridge adds this property to the input of every paged tool.",
  ],
  [
    "no execute function",
    { ...greet, execute: undefined },
    "invalid-tool",
    'Tool "subject": expected an object with name, description, inputSchema and an execute function, ' +
      "got an object of type Object. Make the tool with defineTool.",
  ],
  [
    "nothing at all",
    undefined,
    "invalid-tool",
    'Tool "subject": expected an object with name, description, inputSchema and an execute function, ' +
      "got undefined. Make the tool with defineTool.",
  ],
];

test.each(unusable)(
  "a tool with %s is refused, and the message says how to mend it",
  (_name, tool, code, message) => {
    expect(refusalOf(() => resolveToolSet({ subject: tool as BridgedTool }))).toEqual({
      code,
      message,
    });
  },
);

test("two tools of one name are refused, and the message names both aliases", () => {
  const twin = toolReturning("x", "greet");

  expect(refusalOf(() => resolveToolSet({ greet, twin }))).toEqual({
    code: "duplicate-tool-name",
    message:
      'Tool "twin": expected a name that no other tool of the set has, got "greet", which is the name of tool ' +
      '"greet" too. Rename one of the two, or give an MCP server a `prefix`: the client tells tools apart by name, not by alias.',
  });
});

test("a name of 54 characters fits and one of 55 does not", () => {
  const named = (length: number): BridgedTool => ({ ...greet, name: "n".repeat(length) });

  expect(resolveToolSet({ tool: named(54) })).toHaveLength(1);
  expect(refusalOf(() => resolveToolSet({ tool: named(55) }))).toMatchObject({
    code: "invalid-tool-name",
  });
});

function refusalOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ToolBridgeError)) throw error;
    return { code: error.code, message: error.message };
  }
}
