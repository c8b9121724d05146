import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";
import { type Flat, flattenOptions } from "./flatten-options.ts";
import { joinOptions } from "./join-options.ts";
import { absentOption } from "./literal-options.ts";
import { refuse } from "./refuse.ts";
import type { Walk } from "./walk.ts";

/**
 * Whatever is one of several: unions, what may be left out or null, literals and enums, and what only wraps
 * another schema. They are one flat list of options, so that for instance `.nullable().optional()` has three
 * kinds of answer that can be told apart.
 */
export function compileUnion(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const { type } = schema._zod.def;
  if (type === "undefined" || type === "void") throw refuse(type, path);
  const flat = flattenOptions(schema, path, walk);
  const isChoice = type === "enum" || type === "literal" || type === "union";
  if (flat.options.length === 0 && isChoice) throw refuse("noOption", path);
  return join(flat, path);
}

/** A schema that may also be left out. */
export function compileOptional(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  const flat = flattenOptions(schema, path, walk);
  return join({ ...flat, options: [...flat.options, absentOption] }, path);
}

function join({ options, notes, title, lates }: Flat, path: string): CompiledNode {
  const node = joinOptions(options);
  if (node === undefined) throw refuse("never", path);
  return noteNode(node, {
    title,
    description: sentences(notes),
    ...(lates.length > 0 && { late: (whole) => sentences(lates.map((late) => late(whole))) }),
  });
}
