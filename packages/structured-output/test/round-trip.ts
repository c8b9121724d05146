import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";

/** What becomes of a value that is written, sent, and read again. */
interface RoundTrip {
  readonly restored: unknown;
  /** Why the service refuses the schema, what is written does not fit it, or what is read is not taken. */
  readonly faults: readonly unknown[];
}

export function roundTrip(schema: z.ZodType, value: unknown): RoundTrip {
  const { jsonSchema, encode, decode } = compileOutputSchema(schema);
  const json: unknown = JSON.parse(JSON.stringify(encode(value)));
  const restored = decode(json);
  const faults = [
    findStrictSchemaProblem(jsonSchema),
    z.fromJSONSchema(jsonSchema).safeParse(json).error,
    schema.safeParse(restored).error,
  ];
  return { restored, faults: faults.filter((fault) => fault !== undefined) };
}
