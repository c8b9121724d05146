import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, callTool, defineTool } from "../../src/index.ts";
import { contextWith, stuckTool, toolReturning } from "../builders.ts";

const context = contextWith(new AbortController().signal);

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
          "Correct the arguments and call the tool again.",
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

test("a tool that fails after its call has ended harms nobody", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const work = Promise.withResolvers<never>();
  const begun = Promise.withResolvers<void>();
  const execute = (): Promise<never> => {
    begun.resolve();
    return work.promise;
  };
  const controller = new AbortController();
  const tool = { ...toolReturning(""), execute };
  const call = callTool(tool, {}, contextWith(controller.signal));
  await begun.promise;

  controller.abort(new Error("The client left."));
  await call;
  work.reject(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);

  expect(unhandled).toEqual([]);
});

test("a call whose signal has fired does not run its tool", async () => {
  const { tool, signals } = stuckTool();

  const result = await callTool(tool, {}, contextWith(AbortSignal.abort(new Error("Over."))));

  expect(result.isError).toBe(true);
  expect(signals).toEqual([]);
});

const never = (): Promise<boolean> => new Promise(() => {});
const hanging: readonly [name: string, tool: Partial<BridgedTool>][] = [
  ["input", { inputSchema: z.object({}).refine(never) }],
  ["output", { outputSchema: z.object({}).refine(never) }],
];

test.each(hanging)(
  "a call whose %s is checked without end is answered too",
  async (_name, parts) => {
    const controller = new AbortController();
    const tool = { ...toolReturning({}), ...parts };
    const call = callTool(tool, {}, contextWith(controller.signal));
    await new Promise((resolve) => setImmediate(resolve));

    controller.abort(new Error("Time is up."));

    expect(await call).toEqual({ content: [{ type: "text", text: "Time is up." }], isError: true });
  },
);

const brokenSchemas: readonly [name: string, schema: unknown][] = [
  [
    "throws",
    z.object({}).refine(() => {
      throw new Error("no database");
    }),
  ],
  ["is no schema", { parse: () => ({}) }],
  ["is of no object", z.string()],
  ["is missing", undefined],
];

test.each(brokenSchemas)("a call whose input schema %s is an error", async (_name, schema) => {
  const tool = Object.assign({}, toolReturning(""), { inputSchema: schema });

  expect((await callTool(tool, {}, context)).isError).toBe(true);
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
        text: "count returned a value that does not match its outputSchema:\n✖ Invalid input: expected number, received string\n  → at n",
      },
    ],
    isError: true,
  });
});
