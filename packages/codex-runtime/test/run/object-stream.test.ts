import { describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type DeepPartial,
  type LlmRuntime,
  OutputValidationError,
  UnsupportedOutputSchemaError,
} from "../../src/index.ts";
import { createScriptedRuntime, type ScriptedRuntime } from "../../src/testing/index.ts";

const ask = { role: "default", prompt: "Well?" } as const;
const page = z.object({ title: z.string(), links: z.array(z.string()), at: z.date().optional() });
const refunds = { title: "Refunds", links: ["orders", "money"] };

async function take<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const taken: Value[] = [];
  for await (const value of values) taken.push(value);
  return taken;
}

/** Calls the method on a runtime, and in a thread. */
const callers: readonly (readonly [
  string,
  (runtime: ScriptedRuntime) => Pick<LlmRuntime, "streamObject">,
])[] = [
  ["a runtime", (runtime) => runtime],
  [
    "a thread",
    (runtime) => {
      const thread = runtime.openThread({ role: "default" });
      return { streamObject: (input) => thread.streamObject(input) };
    },
  ],
];

describe.each(callers)("a value that is streamed by %s", (_, callerOf) => {
  test("is there in parts, as a whole, with its usage and its end", async () => {
    const runtime = createScriptedRuntime([
      { object: refunds, deltas: 80, usage: { totalTokens: 7 } },
    ]);
    const stream = callerOf(runtime).streamObject({ ...ask, schema: page });
    const parts = await take(stream.partialObjectStream);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts[0]).toEqual({});
    expect(parts).toContainEqual({ title: "Refu" });
    expect(parts).toContainEqual({ title: "Refunds", links: ["orders", "mo"] });
    expect(parts.at(-1)).toEqual(refunds);
    expect(await stream.object).toEqual(refunds);
    expect(await stream.usage).toEqual({ totalTokens: 7 });
    expect(await stream.end).toEqual({ type: "done" });
    const events = await take(stream.events);
    expect(
      events.flatMap((event) => (event.type === "text-delta" ? event.delta : "")).join(""),
    ).toBe('{"title":"Refunds","links":["orders","money"],"at":null}');
  });

  test("is withdrawn at a repair, and begins again", async () => {
    const schema = z.object({ title: z.string(), n: z.number().refine((n) => n > 2) });
    const runtime = createScriptedRuntime([
      { object: { title: "No", n: 1 }, deltas: 40 },
      { object: { title: "Yes", n: 3 }, deltas: 40 },
    ]);
    const stream = callerOf(runtime).streamObject({ ...ask, schema });
    const parts = await take(stream.partialObjectStream);
    const withdrawn = parts.indexOf(undefined);
    expect(parts[withdrawn - 1]).toEqual({ title: "No", n: 1 });
    expect(parts[withdrawn + 1]).toEqual({});
    expect(parts.at(-1)).toEqual({ title: "Yes", n: 3 });
    expect(await stream.object).toEqual({ title: "Yes", n: 3 });
    expect(await take(stream.events)).toContainEqual({ type: "reset", reason: "abandoned" });
  });

  test("that its schema refuses is not shown, and rejects", async () => {
    const runtime = createScriptedRuntime([{ text: '{"title":"x","links":[1,2]}', deltas: 30 }]);
    const stream = callerOf(runtime).streamObject({ ...ask, schema: page, repairAttempts: 0 });
    const parts: unknown[] = [];
    const read = (async () => {
      for await (const part of stream.partialObjectStream) parts.push(part);
    })();
    await expect(read).rejects.toBeInstanceOf(OutputValidationError);
    await expect(stream.object).rejects.toBeInstanceOf(OutputValidationError);
    expect(parts.at(-1)).toEqual({ title: "x", links: [] });
    expect(await stream.end).toMatchObject({ type: "invalid-output" });
  });

  test("of a schema that cannot be sent rejects everywhere, and throws nowhere", async () => {
    const stream = callerOf(createScriptedRuntime([])).streamObject({ ...ask, schema: z.symbol() });
    await expect(stream.object).rejects.toBeInstanceOf(UnsupportedOutputSchemaError);
    await expect(stream.usage).rejects.toBeInstanceOf(UnsupportedOutputSchemaError);
    await expect(take(stream.partialObjectStream)).rejects.toBeInstanceOf(
      UnsupportedOutputSchemaError,
    );
  });

  test("goes on when its reader stops, and ends when it is disposed", async () => {
    const runtime = createScriptedRuntime([{ object: refunds, deltas: 9 }]);
    const stream = callerOf(runtime).streamObject({ ...ask, schema: page });
    for await (const part of stream.partialObjectStream) if (part !== undefined) break;
    expect(await stream.object).toEqual(refunds);
    const hanging = createScriptedRuntime(() => new Promise(() => {}));
    const disposed = callerOf(hanging).streamObject({ ...ask, schema: page });
    await disposed[Symbol.asyncDispose]();
    expect(await disposed.end).toMatchObject({ type: "aborted", reason: { name: "AbortError" } });
  });

  test("that nobody reads leaves no unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    const runtime = createScriptedRuntime([{ failure: { kind: "auth" } }]);
    const stream = callerOf(runtime).streamObject({ ...ask, schema: page });
    expect(await stream.end).toMatchObject({ type: "failed" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    await expect(stream.object).rejects.toBeInstanceOf(CodexError);
  });
});

test("the parts of a value have the type of the schema's input, with everything optional", () => {
  const schema = z.object({
    title: z.string().transform(Number),
    tags: z.set(z.string()),
    links: z.array(z.object({ to: z.url() })),
  });
  const runtime = createScriptedRuntime([{ failure: { kind: "auth" } }]);
  const stream = runtime.streamObject({ ...ask, schema });
  expectTypeOf(stream.object).resolves.toEqualTypeOf<z.output<typeof schema>>();
  expectTypeOf(stream.partialObjectStream).toEqualTypeOf<
    AsyncIterable<
      | {
          readonly title?: string;
          readonly tags?: Set<string>;
          readonly links?: readonly { readonly to?: string }[];
        }
      | undefined
    >
  >();
  const jsonSchema = { type: "object", properties: { n: { type: "number" } } };
  const declared = runtime.streamObject<{ n: number }>({ ...ask, schema: jsonSchema });
  expectTypeOf(declared.partialObjectStream).toEqualTypeOf<
    AsyncIterable<DeepPartial<{ n: number }> | undefined>
  >();
  const unknown = runtime.streamObject({ ...ask, schema: jsonSchema });
  expectTypeOf(unknown.partialObjectStream).toEqualTypeOf<AsyncIterable<unknown>>();
});
