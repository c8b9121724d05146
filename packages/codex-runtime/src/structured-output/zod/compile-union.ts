import { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { type UnionOption, unionNode } from "../nodes/union-node.ts";
import { sentences } from "../sentences.ts";
import {
  absentOption,
  enumValuesOf,
  literalOptions,
  mergeLiterals,
  nullOption,
} from "./literal-options.ts";
import { defaultNoteOf, noteOf, refinementNoteOf } from "./note-of.ts";
import { refuse } from "./refuse.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import type { Walk } from "./walk.ts";

/**
 * Whatever is one of several: unions, what may be left out or null, literals and enums, and what only wraps
 * another schema. They are one flat list of options, so that for instance `.nullable().optional()` has three
 * kinds of answer that can be told apart.
 */
export function compileUnion(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const { options, notes } = flatten(schema, path, walk);
  return join(options, notes, path);
}

/** Whether a schema is for `compileUnion`. */
export function isOneOfSeveral(schema: z.core.SomeType): boolean {
  return unionTypes.has(schema._zod.def.type);
}

const wrappers = "optional nullable nonoptional default prefault catch readonly success lazy";
const values = "literal enum null undefined void never";
const unionTypes: ReadonlySet<string> = new Set(`union ${wrappers} ${values}`.split(" "));

/** A schema that may also be left out. */
export function compileOptional(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const { options, notes } = flatten(schema, path, walk);
  return join([...options, absentOption], notes, path);
}

interface Flat {
  readonly options: readonly UnionOption[];
  /** What the wrappers on the way say, which belongs to the union as a whole. */
  readonly notes: readonly (string | undefined)[];
}

function join(
  options: readonly UnionOption[],
  notes: readonly (string | undefined)[],
  path: string,
): CompiledNode {
  const distinct = mergeLiterals(distinctNodes(options));
  const [only] = distinct;
  if (only === undefined) throw refuse("never", path);
  const node = distinct.length === 1 ? only.node : unionNode(distinct);
  return noteNode(node, { description: sentences(notes) });
}

function flatten(
  root: z.core.SomeType,
  path: string,
  walk: Walk,
  visited: ReadonlySet<object> = new Set(),
): Flat {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (root as z.core.$ZodTypes)._zod;
  const inner = (schema: z.core.SomeType): Flat => {
    const seen = new Set([...visited, def]);
    if (seen.has(schema._zod.def)) return { options: [], notes: [] };
    const { description } = noteOf(schema);
    const isDescribedValue =
      description !== undefined && ["literal", "enum"].includes(schema._zod.def.type);
    if (walk.isOpen(schema) || !isOneOfSeveral(schema) || isDescribedValue)
      return leaf(schema, path, walk);
    const flat = flatten(schema, path, walk, seen);
    const own = [description, refinementNoteOf(schema).description];
    return { options: flat.options, notes: [...own, ...flat.notes] };
  };

  switch (def.type) {
    case "union": {
      const parts = def.options.map(inner);
      return {
        options: parts.flatMap((part) => part.options),
        notes: parts.flatMap((part) => part.notes),
      };
    }
    case "default":
    case "prefault":
      return plus(inner(def.innerType), absentOption, defaultNoteOf(def));
    case "optional":
      return plus(inner(def.innerType), absentOption);
    case "nullable":
      return plus(inner(def.innerType), nullOption);
    case "nonoptional": {
      const flat = inner(def.innerType);
      return { ...flat, options: flat.options.filter((option) => option !== absentOption) };
    }
    case "catch":
    case "readonly":
    case "success":
      return inner(def.innerType);
    case "lazy":
      return inner(targetOfLazy(root));
    case "literal":
      return { options: literalOptions(def.values, path), notes: [] };
    case "enum":
      return { options: literalOptions([...enumValuesOf(def)], path), notes: [] };
    case "null":
      return { options: [nullOption], notes: [] };
    case "undefined":
    case "void":
      if (visited.size === 0) throw refuse(def.type, path);
      return { options: [absentOption], notes: [] };
    case "never":
      return { options: [], notes: [] };
    default:
      return leaf(root, path, walk);
  }
}

function leaf(schema: z.core.SomeType, path: string, walk: Walk): Flat {
  const node = walk.compile(schema, path);
  return { options: [{ node, accepts: (value) => accepts(schema, value) }], notes: [] };
}

function plus(flat: Flat, option: UnionOption, note?: string): Flat {
  return { options: [...flat.options, option], notes: [...flat.notes, note] };
}

/** Whether the schema takes the value; a schema that can only say so later is believed to. */
export function accepts(schema: z.core.SomeType, value: unknown): boolean {
  try {
    return z.core.safeParse(schema as z.core.$ZodType, value).success;
  } catch {
    return true;
  }
}

function distinctNodes(options: readonly UnionOption[]): UnionOption[] {
  return options.filter(
    (option, index) => options.findIndex(({ node }) => node === option.node) === index,
  );
}
