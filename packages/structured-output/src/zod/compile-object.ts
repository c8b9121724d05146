import { anyString } from "@ktx/json-answer/wire";
import type { z } from "zod";
import { type CompiledNode, isPlain } from "../nodes/compiled-node.ts";
import { recordNode } from "../nodes/collection-node.ts";
import { objectNode } from "../nodes/object-node.ts";
import { absentNode, jsonTextNode, plainNode } from "../nodes/scalar-node.ts";
import { optionsOf, unionOf } from "../nodes/union-node.ts";
import { propertyPath } from "../property-path.ts";
import { handsOn } from "./inner-of.ts";
import { refuse } from "../refuse.ts";
import type { Walk } from "./compile-structure.ts";

/** An object: zod drops unknown properties, unless there is a catchall. */
export function compileObject(def: z.core.$ZodObjectDef, path: string, walk: Walk): CompiledNode {
  const { shape, catchall } = def;
  if (Object.getOwnPropertySymbols(shape).length > 0) throw refuse("symbol", path);
  const properties = Object.entries(shape).map(([key, schema]): [string, CompiledNode] => [
    key,
    walk.compile(schema, propertyPath(path, key)),
  ]);
  const isStrict = catchall?._zod.def.type === "never";
  const value = catchall && !isStrict ? walk.compile(catchall, `${path}{}`) : undefined;
  return objectNode({
    properties: new Map(properties),
    others: value && recordNode(plainNode(anyString), value),
    isStrict,
    mustBeThere: (key) => isMissed(key, shape[key]),
  });
}

/** True when zod requires a property even if it is `undefined`, or would find it on the prototype. */
function isMissed(key: string, schema: z.core.SomeType | undefined): boolean {
  return schema !== undefined && (schema._zod.optin === undefined || key in Object.prototype);
}

/** A record: an object if its keys are named, else a list of entries. */
export function compileRecord(def: z.core.$ZodRecordDef, path: string, walk: Walk): CompiledNode {
  const keyPath = `${path}{key}`;
  const keys = optionsOf(walk.compile(def.keyType, keyPath));
  const names = def.keyType._zod.values;
  if (names !== undefined) {
    const properties = [...names].map((name): [string, CompiledNode] => {
      const value = walk.compile(def.valueType, propertyPath(path, String(name)));
      return [String(name), def.partial ? unionOf([value, absentNode]) : value];
    });
    return objectNode({ properties: new Map(properties) });
  }
  const value = walk.compile(def.valueType, `${path}{}`);
  // A loose record keeps keys of other kinds, with values of any kind.
  if (def.mode === "loose")
    return recordNode(
      plainNode(anyString),
      isPlain(value) ? jsonTextNode : unionOf([value, jsonTextNode]),
    );
  const isGivenOn = handsOn(def.keyType);
  const texts = keys.map((key) => (isGivenOn ? textKeyOf(key) : undefined));
  if (!texts.every((key) => key !== undefined)) throw refuse("key", keyPath);
  return recordNode(unionOf(texts), value);
}

/** The key as a string, as in every object; undefined if it has no such form. */
function textKeyOf(key: CompiledNode): CompiledNode | undefined {
  const { wire } = key;
  if (wire?.kind !== "value" || !isPlain(key)) return;
  const isNumber = (wire.type === "number" || wire.type === "integer") && wire.values === undefined;
  if (isNumber) return numericKey;
  return wire.type === "string" ? key : undefined;
}

const numericKey = plainNode({
  kind: "value",
  type: "string",
  keywords: { pattern: "^-?[0-9]+(\\.[0-9]+)?$" },
});
