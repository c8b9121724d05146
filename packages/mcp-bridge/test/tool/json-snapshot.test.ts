import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { z } from "zod";
import { callTool, defineTool } from "../../src/index.ts";
import { contextWith, textOf, toolReturning } from "../builders.ts";

const context = contextWith(new AbortController().signal);

function throwing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

class Account {
  readonly #balance = 5;
  get balance(): number {
    return this.#balance;
  }
}

function cyclic(): object {
  const parent: { name: string; children?: object[] } = { name: "parent" };
  parent.children = [{ parent }];
  return parent;
}

function nested(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** What JSON.stringify would show as `{}`, drop, spell out byte by byte, or fail on. */
const withoutJsonForm: readonly [name: string, make: () => unknown, message: string][] = [
  ["a Map", () => new Map([["a", 1]]), "is a Map. Return Object.fromEntries(map), or [...map]."],
  ["a Map of another realm", () => runInContext("new Map()", createContext()), "is a Map."],
  [
    "a subclass of Map with properties",
    () => Object.assign(new (class extends Map {})(), { a: 1 }),
    "is a Map.",
  ],
  ["a Set", () => new Set([1]), "is a Set. Return [...set]."],
  ["a WeakMap", () => new WeakMap(), "is a WeakMap."],
  ["a WeakRef", () => new WeakRef({}), "is a WeakRef."],
  ["an error", () => new RangeError("page 9"), "is an error (page 9). Throw it, or return a text."],
  [
    "an error with properties",
    () => Object.assign(new Error("x"), { code: "ENOENT" }),
    "is an error (x).",
  ],
  [
    "an error of another realm",
    () => runInContext("new Error('x')", createContext()),
    "is an error (x).",
  ],
  ["a DOMException", () => new DOMException("gone"), "is an error (gone)."],
  [
    "a Response",
    () => new Response("x"),
    "is a Response. Return await response.json() or await response.text().",
  ],
  ["a Request", () => new Request("http://a"), "is a Request."],
  ["Headers", () => new Headers({ a: "b" }), "is a Headers. Return Object.fromEntries(headers)."],
  ["FormData", () => new FormData(), "is a FormData."],
  ["URLSearchParams", () => new URLSearchParams("a=b"), "is a URLSearchParams."],
  ["a Blob", () => new Blob(["x"]), "is a Blob."],
  ["a ReadableStream", () => new ReadableStream(), "is a ReadableStream."],
  ["a regular expression", () => /a/, "is a RegExp."],
  [
    "a generator",
    () =>
      (function* list() {
        yield 1;
      })(),
    "is a Generator. Collect its values into an array.",
  ],
  [
    "an async generator",
    () =>
      (async function* list() {
        yield 1;
      })(),
    "is an AsyncGenerator.",
  ],
  ["an iterator", () => [1].values(), "is an Array Iterator."],
  ["a promise", () => Promise.resolve(1), "is a promise that was not awaited. Await it."],
  [
    "a promise that rejects",
    () => Promise.reject(new Error("late")),
    "is a promise that was not awaited.",
  ],
  [
    "a query that is a thenable",
    () =>
      new (class Query {
        // oxlint-disable-next-line unicorn/no-thenable -- the point of the test
        then(): void {}
      })(),
    "is a promise that was not awaited.",
  ],
  ["a Buffer", () => Buffer.from("x"), "is binary data (Buffer)."],
  ["a typed array", () => new Uint8Array(2), "is binary data (Uint8Array)."],
  ["an ArrayBuffer", () => new ArrayBuffer(2), "is binary data (ArrayBuffer)."],
  ["a BigInt", () => 1n, "is a BigInt. Return String(value), or a number."],
  ["a boxed BigInt", () => Object(1n), "is a BigInt."],
  ["a function", () => () => 1, "is a function."],
  ["a class", () => Account, "is a function."],
  ["a symbol", () => Symbol("s"), "is a symbol."],
  [
    "an instance with private state",
    () => new Account(),
    "is an instance of Account without properties of its own.",
  ],
  [
    "a getter that throws",
    () => Object.defineProperty({}, "x", { enumerable: true, get: throwing("boom") }),
    ".x is not readable (boom).",
  ],
  [
    "a Proxy that throws",
    () => new Proxy({}, { ownKeys: throwing("trap") }),
    "is not readable (trap).",
  ],
  [
    "a Proxy whose properties throw",
    () => new Proxy({ a: 1 }, { get: throwing("trap") }),
    "is not readable (trap).",
  ],
  ["a revoked Proxy", revoked, "is not readable ("],
  ["a toJSON that throws", () => ({ toJSON: throwing("no") }), "is not readable (no)."],
  [
    "a toJSON that throws what cannot be shown",
    () => ({
      toJSON: () => {
        throw revoked();
      },
    }),
    "is not readable (The tool threw an error whose message cannot be read.).",
  ],
  ["a toJSON that gives a Map", () => ({ toJSON: () => new Map() }), "is a Map."],
  [
    "an asynchronous toJSON",
    () => ({ toJSON: async () => 1 }),
    "is a promise that was not awaited.",
  ],
  ["a cycle", cyclic, ".children[0].parent is a reference back to $.rows[1].when, which holds it."],
  ["a value that is nested too deep", () => nested(200), "is more than 100 levels deep."],
  [
    "a getter without end",
    () =>
      Object.defineProperty({}, "a", {
        enumerable: true,
        get() {
          return this;
        },
      }),
    ".a is a reference back to $.rows[1].when",
  ],
  [
    "two keys that are one in well-formed Unicode",
    () => ({ "a\uD800": 1, "a\uD801": 2 }),
    "is an object with two keys that are one in well-formed Unicode: a\uFFFD.",
  ],
];

/** Each takes half a second. */
const tooLong: typeof withoutJsonForm = [
  [
    "a list that is too long",
    () => Array.from({ length: 1_000_000 }).fill(1),
    "is past the limit of 1,000,000 values.",
  ],
  [
    "a list that claims to be endless",
    () => Object.assign([], { length: 4_294_967_295 }),
    "is past the limit of 1,000,000 values.",
  ],
];

test.each([...withoutJsonForm, ...tooLong])(
  "%s within a result is an error with its place",
  async (_name, make, message) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);

    const output = { rows: [{ when: 1 }, { when: make() }] };
    const result = await callTool(toolReturning(output), {}, context);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);

    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^The value has no JSON form: \$\.rows\[1\]\.when/);
    expect(textOf(result)).toContain(message);
    expect(unhandled).toEqual([]);
  },
);

test.each(withoutJsonForm)(
  "%s as a result, block, structured or promised value is an error",
  async (_name, make) => {
    const promising = (output: unknown) => ({
      ...toolReturning(output),
      outputSchema: z.object({ value: z.any() }),
    });
    const results = await Promise.all(
      [
        toolReturning({ data: make() }),
        toolReturning({ markdown: "# Hi", structured: [make()] }),
        toolReturning({ content: [{ type: "text", text: make() }] }),
        toolReturning({ content: [], structuredContent: { value: make() } }),
        promising({ value: make() }),
        promising({ content: [], structuredContent: { value: make() } }),
      ].map((tool) => callTool(tool, {}, context)),
    );

    expect(results.map(({ isError }) => isError)).toEqual(results.map(() => true));
  },
);

test("promises that were forgotten in a list are one error, and none ends the process", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const tool = defineTool({
    name: "subject",
    description: "Forgets Promise.all.",
    inputSchema: z.object({}),
    execute: () => ({
      rows: [1, 2, 3].map(async (n) => {
        throw new Error(`row ${n}`);
      }),
    }),
  });

  const result = await callTool(tool, {}, context);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);

  expect(textOf(result)).toBe(
    "The value has no JSON form: $.rows[0] is a promise that was not awaited. Await it.",
  );
  expect(unhandled).toEqual([]);
});

test("a key that is no name is quoted in the place", async () => {
  const result = await callTool(toolReturning({ "end date": [1n], ä1: 1 }), {}, context);

  expect(textOf(result)).toContain('$["end date"][0] is a BigInt');
});

test("each property is read once, so that what is checked is what is sent", async () => {
  let reads = 0;
  const output = {
    get n(): unknown {
      reads += 1;
      return reads === 1 ? 7 : "changed";
    },
  };
  const tool = {
    ...toolReturning(output),
    outputSchema: z.object({ n: z.any().refine(Number.isInteger) }),
  };

  const results = [await callTool(toolReturning(output), {}, context)];
  reads = 0;
  results.push(await callTool(tool, {}, context));

  expect(results).toEqual(
    [1, 2].map(() => ({
      content: [{ type: "text", text: '```json\n{"n":7}\n```' }],
      structuredContent: { n: 7 },
    })),
  );
});

test("an output schema may take what JSON cannot hold, if it gives what JSON can", async () => {
  const tool = defineTool({
    name: "subject",
    description: "Tells when.",
    inputSchema: z.object({}),
    outputSchema: z.object({
      when: z
        .date()
        .transform((date) => date.toISOString())
        .pipe(z.iso.datetime()),
      tags: z
        .set(z.string())
        .transform((tags) => [...tags])
        .pipe(z.array(z.string())),
    }),
    execute: () => ({ when: new Date(0), tags: new Set(["a"]) }),
  });

  expect((await callTool(tool, {}, context)).structuredContent).toEqual({
    when: "1970-01-01T00:00:00.000Z",
    tags: ["a"],
  });
});

const promised: readonly [name: string, output: unknown, result: unknown][] = [
  [
    "a CallToolResult has its structured content checked and its blocks kept",
    {
      content: [{ type: "text", text: "three" }],
      structuredContent: { n: 3, more: 1, markdown: "# 3" },
    },
    { content: [{ type: "text", text: "three" }], structuredContent: { n: 3, markdown: "# 3" } },
  ],
  [
    "a CallToolResult that is an error promises nothing",
    { content: [{ type: "text", text: "no" }], isError: true },
    { content: [{ type: "text", text: "no" }], isError: true },
  ],
  [
    "a CallToolResult without what was promised is an error",
    { content: [{ type: "text", text: "no" }], isError: false },
    {
      content: [{ type: "text", text: expect.stringContaining("does not match its outputSchema") }],
      isError: true,
    },
  ],
  [
    "a CallToolResult with what was not promised is an error",
    { content: [], structuredContent: { n: "three" } },
    { content: [{ type: "text", text: expect.stringContaining("→ at n") }], isError: true },
  ],
];

test.each(promised)("of a tool with an output schema, %s", async (_name, output, result) => {
  const tool = { ...toolReturning(output), outputSchema: z.object({ n: z.number() }) };

  expect(await callTool(tool, {}, context)).toEqual(result);
});

const lone = "Report 😀".slice(0, 8);
const illFormed: readonly [name: string, output: unknown][] = [
  ["a text", lone],
  ["a text within an object", { rows: [{ title: lone }] }],
  ["a key", { [lone]: 1 }],
  ["markdown", { markdown: lone, structured: { a: lone } }],
  ["a block", { content: [{ type: "text", text: lone }] }],
  ["a CallToolResult", { content: [], structuredContent: { [lone]: lone }, _meta: { a: lone } }],
  ["what a toJSON gives", { toJSON: () => lone }],
];

test.each(illFormed)(
  "%s with half of a character leaves in well-formed Unicode",
  async (_name, output) => {
    const results = [
      await callTool(toolReturning(output), {}, context),
      await callTool(
        {
          ...toolReturning(output),
          execute: () => {
            throw output;
          },
        },
        {},
        context,
      ),
      await callTool(
        { ...toolReturning({ value: output }), outputSchema: z.object({ value: z.any() }) },
        {},
        context,
      ),
    ];

    // JSON.stringify writes half of a character as an escape, which strict readers refuse.
    expect(JSON.stringify(results)).not.toMatch(/(?<!\\)\\ud[89a-f]/i);
    expect(JSON.stringify(results[0])).toContain("Report \uFFFD");
  },
);
