import { checkServiceLimits } from "./check-service-limits.ts";
import type { CompiledNode } from "./nodes/compiled-node.ts";
import { type OutputSchema, zodSchemaOf } from "./output-schema.ts";
import { isJsonObject } from "./wire/fits-wire.ts";
import { type JsonSchema, toJsonSchema } from "./wire/to-json-schema.ts";
import { compileZodSchema } from "./zod/compile-zod-schema.ts";

/** A schema in the form that the service's strict mode accepts, and the way there and back. */
export interface CompiledOutputSchema {
  /** The strict JSON Schema to send as the output schema; frozen. */
  readonly jsonSchema: Readonly<JsonSchema>;
  /** Turns what the schema takes as input into the JSON that a model would write for it. */
  encode(value: unknown): unknown;
  /** Turns the model's JSON into the input of the schema. Never throws: JSON of another form stays as it is. */
  decode(json: unknown): unknown;
}

/**
 * Compiles any zod schema, or what can stand for one, to a strict output schema. Compiled once for each schema object.
 *
 * @throws {UnsupportedOutputSchemaError} if no JSON can stand for what the schema takes, or the service's
 *   limits are exceeded.
 */
export function compileOutputSchema(schema: OutputSchema): CompiledOutputSchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const node = withObjectRoot(compileZodSchema(zodSchemaOf(schema)));
  const jsonSchema = toJsonSchema(node);
  checkServiceLimits(jsonSchema);
  // It is the same one for every later caller.
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

/** The service wants an object at the root; anything else becomes the property `value` of one. */
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
