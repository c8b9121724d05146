import type { JsonSoFar } from "@ktx/json-answer";
import { isJsonObject, type JsonSchema, mayFitWire, toJsonSchema } from "@ktx/json-answer/wire";
import { checkServiceLimits } from "./check-service-limits.ts";
import type { CompiledNode } from "./nodes/compiled-node.ts";
import { decodeOpen } from "./nodes/decode-open.ts";
import { wrapped } from "./nodes/plan-variants.ts";
import { type OutputSchema, zodSchemaOf } from "./output-schema.ts";
import { compileZodSchema } from "./zod/compile-zod-schema.ts";

/** A schema in the form that the service's strict mode accepts, with the conversions in both directions. */
export interface CompiledOutputSchema {
  /** The strict JSON Schema to send as the output schema; frozen. */
  readonly jsonSchema: Readonly<JsonSchema>;
  /** Converts an input of the schema into the JSON that a model would write for it. */
  encode(value: unknown): unknown;
  /** Converts the model's JSON into the input of the schema. Never throws: JSON of another form stays unchanged. */
  decode(json: unknown): unknown;
  /**
   * `decode` for JSON that the model is still writing: what is known of the input, without the end of lists and
   * texts and without the properties to come. Undefined where nothing is known, and for JSON that the schema
   * refuses: its form, and the checks of its strings, numbers and dates, but no code of the caller.
   */
  decodeSoFar(json: JsonSoFar): { readonly value: unknown } | undefined;
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
  const decodeSoFar = (json: JsonSoFar) => {
    if (json.isComplete)
      return mayFitWire(json.value, node) ? { value: decode(json.value) } : undefined;
    const value = decodeOpen(node, json.open);
    return typeof value === "string" ? undefined : value;
  };
  const result = { jsonSchema: freeze(jsonSchema), encode, decode, decodeSoFar };
  compiled.set(schema, result);
  return result;
}

const compiled = new WeakMap<object, CompiledOutputSchema>();

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** The service requires an object at the root; any other schema becomes its property `value`. */
function withObjectRoot(node: CompiledNode): CompiledNode {
  if (node.wire?.kind === "object") return node;
  const { decode, ...written } = wrapped(node, "value");
  // Without strict mode it may stand there by itself.
  return {
    ...written,
    label: node.label,
    decode: (json) =>
      isJsonObject(json) && Object.hasOwn(json, "value") ? decode(json) : node.decode(json),
  };
}
