import type { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import type { UnionOption } from "../nodes/compiled-node.ts";
import { notesOf } from "../wire/wire.ts";
import { accepts } from "./accepts.ts";
import { distinctOptions } from "./join-options.ts";
import { absentOption, enumValuesOf, literalOptions, nullOption } from "./literal-options.ts";
import { defaultInWords, noteOf, refinementNoteOf } from "./note-of.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import { deepest, tooDeep } from "./too-deep.ts";
import type { Walk } from "./walk.ts";

/** The kinds of value that a schema takes, in one list. */
export interface Flat {
  readonly options: readonly UnionOption[];
  /** What the wrappers on the way say, which belongs to the union as a whole. */
  readonly notes: readonly (string | undefined)[];
  /** The same, where it can be said only when the union is complete. */
  readonly lates: readonly Late[];
  /** The title of what is wrapped. */
  readonly title?: string | undefined;
}

type Late = NonNullable<Note["late"]>;

/** Whether a schema is one of several, or only wraps another. */
export function isOneOfSeveral(schema: z.core.SomeType): boolean {
  return unionTypes.has(schema._zod.def.type);
}

const wrappers = "optional nullable nonoptional default prefault catch readonly success lazy";
const values = "literal enum null undefined void never";
const unionTypes: ReadonlySet<string> = new Set(`union ${wrappers} ${values}`.split(" "));

/** Takes unions within unions, wrappers and literals apart, down to what is none of them. */
export function flattenOptions(root: z.core.SomeType, path: string, walk: Walk): Flat {
  const known = new Map<object, Flat>();
  const flatten = (schema: z.core.SomeType, depth: number): Flat => {
    const { def } = schema._zod;
    const before = known.get(def);
    if (before !== undefined) return before;
    if (depth > deepest) throw tooDeep(path);
    // What is met again within itself adds nothing.
    known.set(def, nothing);
    const flat = unwrap(schema, path, (inner) => part(inner, depth + 1)) ?? leaf(schema);
    known.set(def, flat);
    return flat;
  };
  const part = (schema: z.core.SomeType, depth: number): Flat => {
    const { def } = schema._zod;
    if (known.get(def) === nothing) return nothing;
    if (def.type === "intersection" && !walk.isOpen(schema)) return flattened(schema);
    const { title, description, late } = noteOf(schema);
    const isDescribedValue = description !== undefined && ["literal", "enum"].includes(def.type);
    if (walk.isOpen(schema) || !isOneOfSeveral(schema) || isDescribedValue) return leaf(schema);
    const flat = flatten(schema, depth);
    const own = [description, refinementNoteOf(schema).description];
    return {
      options: flat.options,
      notes: [...own, ...flat.notes],
      title: title ?? flat.title,
      lates: late === undefined ? flat.lates : [late, ...flat.lates],
    };
  };
  /** The sides of an intersection may be unions, and so may be what they come to. */
  const flattened = (schema: z.core.SomeType): Flat => {
    const { options, wire } = walk.compile(schema, path);
    if (options === undefined) return leaf(schema);
    const notes = notesOf(wire);
    return {
      options,
      notes: notes.map(({ description }) => description),
      title: notes.find(({ title }) => title !== undefined)?.title,
      lates: notes.flatMap(({ late }) => late ?? []),
    };
  };
  const leaf = (schema: z.core.SomeType): Flat => {
    const node = walk.compile(schema, path);
    return only({ node, accepts: (value) => accepts(schema, value) });
  };
  return flatten(root, 0);
}

const nothing: Flat = { options: [], notes: [], lates: [] };

function only(...options: readonly UnionOption[]): Flat {
  return { options, notes: [], lates: [] };
}

/** One step: what is directly within a schema; `undefined` if that is nothing. */
function unwrap(
  schema: z.core.SomeType,
  path: string,
  inner: (schema: z.core.SomeType) => Flat,
): Flat | undefined {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "union":
      return together(def.options.map(inner));
    case "default":
    case "prefault":
      return plus(inner(def.innerType), absentOption, (node) => defaultInWords(def, node));
    case "optional":
      return plus(inner(def.innerType), absentOption);
    case "nullable":
      return plus(inner(def.innerType), nullOption);
    case "nonoptional": {
      const flat = inner(def.innerType);
      // Without what is left out there is no default either.
      return { ...flat, options: flat.options.filter((one) => one !== absentOption), lates: [] };
    }
    case "catch":
    case "readonly":
    case "success":
      return inner(def.innerType);
    case "lazy":
      return inner(targetOfLazy(schema));
    case "literal":
      return only(...literalOptions(def.values, path));
    case "enum":
      return only(...literalOptions([...enumValuesOf(def)], path));
    case "null":
      return only(nullOption);
    case "undefined":
    case "void":
      return only(absentOption);
    case "never":
      return nothing;
    default:
      return;
  }
}

/** Of what comes by several ways only the first, or it would double with each level of unions. */
function together(parts: readonly Flat[]): Flat {
  return {
    options: distinctOptions(parts.flatMap((part) => part.options)),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
    lates: [...new Set(parts.flatMap((part) => part.lates))],
  };
}

function plus(flat: Flat, option: UnionOption, late?: Late): Flat {
  return {
    ...flat,
    options: [...flat.options, option],
    lates: late === undefined ? flat.lates : [...flat.lates, late],
  };
}
