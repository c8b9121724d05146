import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  compileOutputSchema,
  type JsonSchemaSource,
  UnsupportedOutputSchemaError,
  validateOutput,
} from "../src/index.ts";
import { longRuns } from "../../../test/long-form.ts";

const key = fc.constantFrom("a", "b", "c");
const scalar = fc.constantFrom<unknown>(null, true, 1, 2, 3.5, "x", "xy", "");

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** Keywords, each of which may be there or not. */
function some(keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc.record(keywords, { requiredKeys: [], noNullPrototype: true });
}

const { schema } = fc.letrec((tie) => {
  const part = tie("schema");
  const parts = fc.array(part, { minLength: 1, maxLength: 2 });
  const named = fc.dictionary(key, part, { maxKeys: 2, noNullPrototype: true });
  const names = fc.uniqueArray(key, { maxLength: 2 });
  const $ref = fc.constantFrom("#", "#/$defs/A", "#/$defs/B");
  return {
    schema: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      some({ type: fc.constantFrom("string", "number", "boolean", "null", "array", "object") }),
      some({ $ref, minLength: fc.nat(2), description: fc.constant("d") }),
      some({
        type: fc.constant(["string", "null"]),
        minLength: fc.nat(2),
        pattern: fc.constant("^x"),
      }),
      some({
        type: fc.constantFrom("number", "integer"),
        minimum: fc.nat(3),
        multipleOf: fc.constant(2),
      }),
      some({ type: fc.constant("object"), properties: named, required: names, anyOf: parts }),
      some({ additionalProperties: fc.oneof(fc.boolean(), part), minProperties: fc.nat(2) }),
      some({ type: fc.constant("array"), items: part, prefixItems: parts, maxItems: fc.nat(3) }),
      some({ enum: fc.array(json, { minLength: 1, maxLength: 3 }) }),
      some({ const: json, type: fc.constantFrom("string", "object") }),
      some({ allOf: parts, oneOf: parts }),
      some({ if: part, else: part, not: part, dependentRequired: fc.constant({ a: ["b"] }) }),
    ),
  };
});

const root = fc.record({ schema, A: schema, B: schema, values: fc.array(json, { minLength: 5 }) });

test("any JSON Schema is refused in words, or is accepted by the service and takes no value that it should not", async () => {
  await fc.assert(
    fc.asyncProperty(root, async ({ schema: part, A, B, values }) => {
      const whole = { ...(part as JsonSchemaSource), $defs: { A, B } };
      const compiled = compiledUnlessRefused(whole);
      fc.pre(compiled !== undefined);
      expect(findStrictSchemaProblem(compiled.jsonSchema)).toBeUndefined();
      const ajv = new Ajv2020({ strict: false, logger: false });
      const outputs = await Promise.all(
        values.map((value) => validateOutput(whole, JSON.stringify(value))),
      );
      const taken = outputs.flatMap((output) => (output.ok ? [output.value] : []));
      expect(taken.filter((value) => !ajv.validate(whole, value))).toEqual([]);
    }),
    longRuns(150),
  );
});

function compiledUnlessRefused(source: JsonSchemaSource) {
  try {
    return compileOutputSchema(source);
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError) return;
    throw error;
  }
}
