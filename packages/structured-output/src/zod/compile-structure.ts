import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { arrayNode, mapNode, setNode } from "../nodes/collection-node.ts";
import { meetNodes } from "../nodes/meet-nodes.ts";
import { noteNode } from "../nodes/note-node.ts";
import {
  absentNode,
  bigintNode,
  dateNode,
  jsonTextNode,
  nullNode,
  plainNode,
} from "../nodes/scalar-node.ts";
import { tupleNode } from "../nodes/tuple-node.ts";
import { optionsOf, unionOf } from "../nodes/union-node.ts";
import { compileNumber, limitsNoteOf } from "./compile-number.ts";
import { compileObject, compileRecord } from "./compile-object.ts";
import { compilePipe } from "./compile-pipe.ts";
import { compileString } from "./compile-string.ts";
import { heldTo } from "./held-to.ts";
import { innerOf } from "./inner-of.ts";
import { countsOf } from "./limits-of.ts";
import { refuse } from "../refuse.ts";

/** The functions with which the families of types compile their parts. */
export interface Walk {
  /** Compiles the part of the schema at `path`. @throws {UnsupportedOutputSchemaError} if it accepts no value. */
  compile(schema: z.core.SomeType, path: string): CompiledNode;
  /** Compiles a part that may accept no value, as one of several options. */
  option(schema: z.core.SomeType, path: string): CompiledNode;
  /** Compiles a schema separately; `undefined` if it is refused, or if this is in progress already. */
  apart(schema: z.core.SomeType): CompiledNode | undefined;
}

/** Compiles a schema by its type, without its notes. */
export function compileStructure(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
    case "template_literal":
      return heldTo(schema, compileString(schema));
    case "number":
      return heldTo(schema, compileNumber(schema));
    case "boolean":
      return plainNode({ kind: "value", type: "boolean" });
    case "bigint":
      return heldTo(schema, noteNode(bigintNode(), limitsNoteOf(schema)));
    case "date":
      return heldTo(schema, noteNode(dateNode, limitsNoteOf(schema)));
    case "any":
    case "unknown":
    case "transform":
      return jsonTextNode;
    case "array":
      return arrayNode(walk.compile(def.element, `${path}[]`), countsOf(schema, "Items"));
    case "set":
      return setNode(walk.compile(def.valueType, `${path}[]`), countsOf(schema, "Items"));
    case "tuple": {
      const items = def.items.map((item, index) => walk.compile(item, `${path}[${index}]`));
      const least = def.items.findLastIndex((item) => item._zod.optin === undefined) + 1;
      return tupleNode(items, def.rest ? walk.compile(def.rest, `${path}[]`) : undefined, least);
    }
    case "map": {
      const key = walk.compile(def.keyType, `${path}{key}`);
      const value = walk.compile(def.valueType, `${path}{}`);
      return mapNode(key, value, countsOf(schema, "Items"));
    }
    case "record":
      return compileRecord(def, path, walk);
    case "object":
      return compileObject(def, path, walk);
    case "intersection":
      return meetNodes(walk.compile(def.left, path), walk.compile(def.right, path), path);
    case "pipe":
      return compilePipe(schema, def, path, walk);
    case "union":
      return unionOf(def.options.map((option) => walk.option(option, path)));
    case "literal":
      return unionOf(literalOptions(def.values, path));
    case "enum":
      return unionOf(literalOptions([...enumValuesOf(def)], path));
    case "null":
      return nullNode;
    case "undefined":
    case "void":
      return absentNode;
    case "never":
      return unionOf([]);
    case "optional":
      return unionOf([walk.option(def.innerType, path), absentNode]);
    case "nullable":
      return unionOf([walk.option(def.innerType, path), nullNode]);
    case "default":
    case "prefault":
      return noteNode(unionOf([walk.option(def.innerType, path), absentNode]), {
        defaultValue: () => def.defaultValue,
      });
    case "nonoptional":
      return withoutAbsent(walk.option(def.innerType, path));
    case "catch":
    case "readonly":
    case "success":
    case "lazy":
      return walk.option(innerOf(schema) ?? schema, path);
    default:
      throw refuse(def.type, path);
  }
}

/** The node without its absent option, and therefore without a default. */
function withoutAbsent(node: CompiledNode): CompiledNode {
  if (node.options === undefined) return node;
  const notes = node.notes?.map((note) => ({ ...note, defaultValue: undefined })) ?? [];
  return noteNode(unionOf(optionsOf(node).filter((option) => option !== absentNode)), ...notes);
}

/** The options of a list of literals: one for each JSON type, and one for each kind without a JSON type. */
function literalOptions(values: readonly z.core.util.Literal[], path: string): CompiledNode[] {
  const strings = values.filter((value) => typeof value === "string");
  const numbers = values.filter((value) => typeof value === "number");
  const booleans = new Set(values.filter((value) => typeof value === "boolean"));
  const bigints = values.filter((value) => typeof value === "bigint");
  if (!numbers.every((value) => Number.isFinite(value))) throw refuse("infinite", path);
  if (values.some((value) => typeof value === "object" && value !== null))
    throw refuse("objectLiteral", path);
  return [
    strings.length > 0 && plainNode({ kind: "value", type: "string", values: strings }),
    numbers.length > 0 && plainNode({ kind: "value", type: "number", values: numbers }),
    booleans.size === 1 && plainNode({ kind: "value", type: "boolean", values: [...booleans] }),
    booleans.size === 2 && plainNode({ kind: "value", type: "boolean" }),
    bigints.length > 0 && bigintNode(bigints),
    values.includes(null) && nullNode,
    values.includes(undefined) && absentNode,
  ].filter((option) => option !== false);
}

/** The values of an enum, without the names that TypeScript adds to a numeric one. */
function enumValuesOf({ entries }: z.core.$ZodEnumDef): Set<string | number> {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === "number"));
  const own = Object.entries(entries).filter(([key]) => !numbers.has(Number(key)));
  return new Set(own.map(([, value]) => value));
}
