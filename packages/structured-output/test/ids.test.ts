import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, validateOutput } from "../src/index.ts";

const money = z.object({ cents: z.int() }).meta({ id: "Money" });

test.each<readonly [what: string, schema: z.ZodType, json: string]>([
  ["at the root", z.object({ a: z.string() }).meta({ id: "Root" }), '{"a":"x"}'],
  ["at a root that is no object", z.array(z.int()).meta({ id: "List" }), '{"value":[1]}'],
  ["in two places", z.object({ a: money, b: money }), '{"a":{"cents":1},"b":{"cents":2}}'],
  [
    "in two places, once described",
    z.object({ a: money, b: money.describe("B") }),
    '{"a":{"cents":1},"b":{"cents":2}}',
  ],
  ["in a list of a union", z.array(z.union([money, z.string()])), '{"value":["x",{"cents":1}]}'],
  ["of a scalar", z.object({ a: z.email().meta({ id: "Mail" }) }), '{"a":"a@b.co"}'],
])("an id %s makes no difference", async (_what, schema, json) => {
  expect(findStrictSchemaProblem(compileOutputSchema(schema).jsonSchema)).toBeUndefined();
  expect(await validateOutput(schema, json)).toMatchObject({ ok: true });
});

test("an id within recursion makes no difference", async () => {
  const node = z
    .object({
      name: z.string(),
      get next() {
        return node.optional();
      },
    })
    .meta({ id: "Node" });
  const schema = z.object({ first: node, second: node });
  expect(findStrictSchemaProblem(compileOutputSchema(schema).jsonSchema)).toBeUndefined();
  const answer = '{"first":{"name":"a","next":{"name":"b"}},"second":{"name":"c"}}';
  expect(await validateOutput(schema, answer)).toMatchObject({ value: JSON.parse(answer) });
});

test("two schemas of one id are both kept", () => {
  const schema = z.object({
    a: z.object({ x: z.string() }).meta({ id: "Same", title: "A" }),
    b: z.object({ y: z.int() }).meta({ id: "Same", title: "B" }),
  });
  const { jsonSchema } = compileOutputSchema(schema);
  expect(jsonSchema["properties"]).toMatchObject({
    a: { required: ["x"] },
    b: { required: ["y"] },
  });
});
