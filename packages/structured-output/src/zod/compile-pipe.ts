import { z } from "zod";
import { attempt } from "../attempt.ts";
import { type CompiledNode, isPlain, nodeWith } from "../nodes/compiled-node.ts";
import { meetNodes } from "../nodes/meet-nodes.ts";
import { noteNode, type Note } from "../nodes/note-node.ts";
import { absentNode } from "../nodes/scalar-node.ts";
import { notesOfUnion, optionsOf, unionOf } from "../nodes/union-node.ts";
import { sentences, toJsonSchema } from "@ktx/json-answer/wire";
import { unlessRefused } from "../unsupported-output-schema-error.ts";
import { checksOf } from "./checks-of.ts";
import { handsOn } from "./inner-of.ts";
import { noteOf } from "./note-of.ts";
import type { Walk } from "./compile-structure.ts";

/**
 * A pipe: its near side, narrowed by the far side if scalars pass unchanged, else with a description of the far side.
 * If the near side accepts anything, as in `z.preprocess()`, the far side is used: preprocessing produces its input.
 */
export function compilePipe(
  schema: z.core.SomeType,
  def: z.core.$ZodPipeDef,
  path: string,
  walk: Walk,
): CompiledNode {
  const { in: near, out: far } = def;
  const words = stringboolNoteOf(schema);
  if (words !== undefined) return noteNode(walk.option(near, path), words);
  if (far._zod.def.type === "transform") return walk.option(near, path);
  if (writtenSideOf(def) === far) return noteNode(walk.option(far, path), noteOf(near));
  const taken = walk.option(near, path);
  const apart = walk.apart(far);
  if (apart === undefined) return noteNode(taken, noteOf(far));
  const met = mayMeet(def) ? unlessRefused(() => narrowed(near, taken, apart, path)) : undefined;
  return met ?? noteNode(taken, farNoteOf(apart));
}

/** The side of a pipe that the model writes, without regard to the other side. */
export function writtenSideOf({
  in: near,
  out: far,
  transform,
}: z.core.$ZodPipeDef): z.core.SomeType {
  const leadsSomewhere = transform === undefined && far._zod.def.type !== "transform";
  return leadsSomewhere && takesAnything(near) ? far : near;
}

/** True when both sides describe one value: scalars that pass unchanged, and no format on the near side alone. */
export function mayMeet({ in: near, out: far, transform }: z.core.$ZodPipeDef): boolean {
  if (transform !== undefined || far._zod.def.type === "transform" || !handsOn(near)) return false;
  const checks = checksOf(near).map(({ check }) => check);
  return !checks.includes("overwrite") || !checks.includes("string_format");
}

/** The words that `z.stringbool()` accepts. It is an ordinary pipe; zod keeps the words in its bag. */
export function stringboolNoteOf(schema: z.core.SomeType): Note | undefined {
  const { truthy, falsy } = schema._zod.bag;
  if (!Array.isArray(truthy) || !Array.isArray(falsy)) return;
  const words = [...truthy, ...falsy].map((word) => JSON.stringify(word));
  return { description: `One of ${words.join(", ")}.` };
}

function takesAnything(schema: z.core.SomeType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "pipe") return [def.in, def.out].every(takesAnything);
  return ["transform", "any", "unknown"].includes(def.type);
}

/** The values that both sides accept. @throws {UnsupportedOutputSchemaError} if no value fits both. */
function narrowed(
  near: z.core.SomeType,
  taken: CompiledNode,
  apart: CompiledNode,
  path: string,
): CompiledNode {
  // A constant counts if the far side accepts the output of the near side for it.
  const made = (value: unknown) => parsed(near, value)?.value;
  const seen = optionsOf(apart).map((option) =>
    nodeWith(option, { accepts: (value) => option.accepts?.(made(value)) !== false }),
  );
  const met = meetNodes(taken, noteNode(unionOf(seen), ...notesOfUnion(apart)), path);
  const fillsIn = optionsOf(taken).includes(absentNode) && made(undefined) !== undefined;
  return fillsIn ? noteNode(unionOf([met, absentNode]), ...(taken.notes ?? [])) : met;
}

/** The parsed value, unless the schema refuses it; for an asynchronous schema, the value itself. */
export function parsed(schema: z.core.SomeType, value: unknown): { value: unknown } | undefined {
  const parse = () => z.core.safeParse(schema as z.core.$ZodType, value);
  const { success, data } = attempt(parse, { success: true, data: value });
  return success ? { value: data } : undefined;
}

/** The notes of the far side, and the values that it accepts. */
export function farNoteOf(apart: CompiledNode): Note {
  return {
    late: () => {
      const { description, title: _, ...schema } = toJsonSchema(apart);
      const text = JSON.stringify(schema);
      // A converted value differs from the JSON that represents it. More than 1000 characters cost more than they help.
      const isHelpful = isPlain(apart) && text.length <= 1_000;
      return sentences([
        description,
        isHelpful && `Converted to a value that matches the JSON Schema ${text}.`,
      ]);
    },
  };
}
