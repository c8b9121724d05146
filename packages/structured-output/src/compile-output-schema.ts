import { checkServiceLimits } from "./check-service-limits.ts";
import type { CompiledNode } from "./nodes/compiled-node.ts";
import { type OutputSchema, zodSchemaOf } from "./output-schema.ts";
import { isJsonObject } from "./wire/fits-wire.ts";
import { type JsonSchema, toJsonSchema } from "./wire/to-json-schema.ts";
import { compileZodSchema } from "./zod/compile-zod-schema.ts";

/** A schema in the form that the service's strict mode accepts, with the conversions in both directions. */
export interface CompiledOutputSchema {
  /** The strict JSON Schema to send as the output schema; frozen. */
  readonly jsonSchema: Readonly<JsonSchema>;
  /** Converts an input of the schema into the JSON that a model would write for it. */
  encode(value: unknown): unknown;
  /** Converts the model's JSON into the input of the schema. Never throws: JSON of another form stays unchanged. */
  decode(json: unknown): unknown;
}

/**
 * Compiles a zod schema, another Standard Schema or a JSON Schema to a strict output schema, once for each schema
 * object.
 *
 * @throws {UnsupportedOutputSchemaError} if the input of the schema has no JSON form, or a limit of the service is
 *   exceeded.
 */
export function compileOutputSchema(schema: OutputSchema): CompiledOutputSchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const node = withObjectRoot(compileZodSchema(zodSchemaOf(schema)));
  const jsonSchema = toJsonSchema(node);
  checkServiceLimits(jsonSchema);
  // Later callers get the same object.
  const { encode, decode } = node;
  const result = { jsonSchema: freeze(jsonSchema), encode, decode };
  compiled.set(schema, result);
  return result;
}

const compiled = new WeakMap<object, CompiledOutputSchema>();

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** The service requires an object at the root; any other schema becomes its property `value`. */
function withObjectRoot(
  node: CompiledNode,
): Pick<CompiledNode, "wire" | "title" | "text" | "encode" | "decode"> {
  if (node.wire?.kind === "object") return node;
  return {
    wire: { kind: "object", properties: new Map([["value", node]]) },
    encode: (value) => ({ value: node.encode(value) }),
    decode: (json) =>
      node.decode(isJsonObject(json) && Object.hasOwn(json, "value") ? json["value"] : json),
  };
}
