import { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { isPlain } from "../nodes/decodes-alike.ts";
import { mapNode, recordNode } from "../nodes/entries-node.ts";
import { arrayNode, setNode } from "../nodes/list-node.ts";
import { objectNode } from "../nodes/object-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { tupleNode } from "../nodes/tuple-node.ts";
import { unionNode } from "../nodes/union-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { bareWire } from "../wire/wire.ts";
import { accepts } from "./accepts.ts";
import { itemLimitsOf } from "./checks-of.ts";
import { compileOptional } from "./compile-union.ts";
import { keyOptionsOf } from "./key-options-of.ts";
import { enumValuesOf } from "./literal-options.ts";
import { propertyPath } from "./property-path.ts";
import type { Walk } from "./walk.ts";

export function compileArray(def: z.core.$ZodArrayDef, path: string, walk: Walk): CompiledNode {
  return arrayNode(walk.compile(def.element, `${path}[]`), itemLimitsOf(def));
}

export function compileSet(def: z.core.$ZodSetDef, path: string, walk: Walk): CompiledNode {
  return setNode(walk.compile(def.valueType, `${path}[]`), itemLimitsOf(def));
}

export function compileTuple(def: z.core.$ZodTupleDef, path: string, walk: Walk): CompiledNode {
  const items = def.items.map((item, index) => walk.compile(item, `${path}[${index}]`));
  const least = def.items.findLastIndex((item) => item._zod.optin === undefined) + 1;
  return tupleNode(items, def.rest ? walk.compile(def.rest, `${path}[]`) : undefined, least);
}

export function compileMap(def: z.core.$ZodMapDef, path: string, walk: Walk): CompiledNode {
  const key = walk.compile(def.keyType, `${path}{key}`);
  return mapNode(key, walk.compile(def.valueType, `${path}{}`), itemLimitsOf(def));
}

/** A record: of named keys an object, else a list of entries. */
export function compileRecord(def: z.core.$ZodRecordDef, path: string, walk: Walk): CompiledNode {
  const keyPath = `${path}{key}`;
  const names = namesOf(def.keyType, keyPath);
  if (names === undefined) {
    return def.mode === "loose"
      ? recordNode(anyKey, walk.compile(looseValueOf(def, path, walk), `${path}{}`))
      : recordNode(
          compileKey(def.keyType, keyPath, walk),
          walk.compile(def.valueType, `${path}{}`),
        );
  }
  const properties = names.map((name): [string, CompiledNode] => {
    const place = propertyPath(path, name);
    const value = def.partial
      ? compileOptional(def.valueType, place, walk)
      : walk.compile(def.valueType, place);
    return [name, value];
  });
  return objectNode({ properties: new Map(properties) });
}

/** A loose record passes keys on that are not of its kind, with values of any kind. */
export function looseValueOf(def: z.core.$ZodRecordDef, path: string, walk: Walk): z.core.SomeType {
  const value =
    looseValues.get(def) ??
    (isPlain(walk.compile(def.valueType, `${path}{}`))
      ? z.unknown()
      : z.union([def.valueType, z.unknown()]));
  looseValues.set(def, value);
  return value;
}

/** One for each record, so that recursion comes back to it. */
const looseValues = new WeakMap<z.core.$ZodRecordDef, z.core.SomeType>();

const anyKey = plainNode({ kind: "value", type: "string" });
const numericKey = plainNode({
  kind: "value",
  type: "string",
  keywords: { pattern: "^-?[0-9]+(\\.[0-9]+)?$" },
});

function compileKey(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const options = keyOptionsOf(schema, path).map((option) => ({
    node: compileKeyOption(option, path, walk),
    accepts: (value: unknown) => accepts(option, value),
  }));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only.node : unionNode(options);
}

function compileKeyOption(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  if (schema._zod.def.type === "number") return numericKey;
  const key = walk.compile(schema, path);
  const wire = bareWire(key.wire);
  if (isPlain(key) && wire?.kind === "value" && wire.type === "string") return key;
  throw new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "the keys of a record must be strings as they are given, or z.number() itself",
    suggestion: "Use z.map(), whose keys may be anything, or z.string() for the keys.",
  });
}

/** The keys of a record that has only certain ones. */
export function namesOf(schema: z.core.SomeType, path = "$"): string[] | undefined {
  const options = keyOptionsOf(schema, path).map(constantsOf);
  return options.every((names) => names !== undefined) ? options.flat() : undefined;
}

function constantsOf(schema: z.core.SomeType): string[] | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "enum") return [...enumValuesOf(def)].map(String);
  return def.type === "literal" ? def.values.map(String) : undefined;
}
