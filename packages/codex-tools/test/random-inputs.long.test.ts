import { defineTool } from "@ktx/mcp-bridge";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { offerToCodex } from "../src/offer-to-codex.ts";
import { schemaForCodex } from "../src/schema-for-codex.ts";
import { longRuns } from "../../../test/long-form.ts";

/** A schema, a value of it, and what a model writes for that value where a tuple is an object of positions. */
interface Sample {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly written: unknown;
}

const scalar: fc.Arbitrary<Sample> = fc.oneof(
  fc.string().map((value) => ({ schema: z.string(), value, written: value })),
  fc.integer().map((value) => ({ schema: z.int().max(2 ** 31), value, written: value })),
  fc.constant({ schema: z.literal(["x", 1, null]), value: 1, written: 1 }),
);

const sample = fc.letrec<{ sample: Sample }>((tie) => {
  const inner = tie("sample");
  const pair = fc.tuple(inner, inner);
  return {
    sample: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      scalar,
      pair.map(([a, b]) => ({
        schema: z.tuple([a.schema, b.schema]),
        value: [a.value, b.value],
        written: { 0: a.written, 1: b.written },
      })),
      fc.tuple(inner, inner, fc.nat(3)).map(([a, b, count]) => ({
        schema: z.tuple([a.schema], b.schema),
        value: [a.value, ...Array.from({ length: count }, () => b.value)],
        written: {
          0: a.written,
          ...(count > 0 && { rest: Array.from({ length: count }, () => b.written) }),
        },
      })),
      pair.map(([a, b]) => ({
        schema: z.object({ a: a.schema, b: b.schema.optional(), c: b.schema.optional() }),
        value: { a: a.value, b: b.value },
        written: { a: a.written, b: b.written },
      })),
      inner.map(({ schema, value, written }) => ({
        schema: z.array(schema),
        value: [value, value],
        written: [written, written],
      })),
      inner.map(({ schema, value, written }) => ({
        schema: z.record(z.string(), schema),
        value: { key: value },
        written: { key: written },
      })),
      inner.map(({ schema, ...sent }) => ({ schema: schema.nullable(), ...sent })),
      pair.map(([a, b]) => ({
        schema: z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("a"), v: a.schema }),
          z.object({ kind: z.literal("b"), v: b.schema }),
        ]),
        value: { kind: "b", v: b.value },
        written: { kind: "b", v: b.written },
      })),
      inner.map(({ schema, ...sent }) => ({ schema: z.lazy(() => schema).readonly(), ...sent })),
    ),
  };
}).sample;

function offer(schema: z.ZodType) {
  const inputSchema = z.object({ value: schema });
  const tool = defineTool({
    name: "find",
    description: "Finds things.",
    inputSchema,
    execute: (input) => input,
  });
  const { find } = offerToCodex({ find: tool });
  return { inputSchema, decode: find?.decodeInput ?? ((json: unknown) => json), find };
}

test("what a model writes in the offered form is decoded to what the schema takes", () => {
  fc.assert(
    fc.property(sample, ({ schema, value, written }) => {
      const { inputSchema, decode } = offer(schema);
      expect(inputSchema.parse(decode({ value: written }))).toEqual({ value });
    }),
    longRuns(300),
  );
});

test("what is in the form of the schema itself is taken as well", () => {
  fc.assert(
    fc.property(sample, ({ schema, value }) => {
      const { inputSchema, decode } = offer(schema);
      expect(inputSchema.parse(decode({ value }))).toEqual({ value });
    }),
    longRuns(100),
  );
});

test("what is offered has only keywords that Codex passes on", () => {
  fc.assert(
    fc.property(sample, ({ schema }) => {
      const { find } = offer(schema);
      const offered = find?.inputJsonSchema ?? {};
      expect(schemaForCodex(offered)).toEqual(offered);
    }),
    longRuns(100),
  );
});

test("decoding never throws, whatever comes", () => {
  fc.assert(
    fc.property(sample, fc.jsonValue(), ({ schema }, json) => {
      const { decode } = offer(schema);
      expect(() => [decode(json), decode({ value: json })]).not.toThrow();
    }),
    longRuns(100),
  );
});
