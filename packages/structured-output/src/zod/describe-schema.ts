import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { describeExamples, showDefault } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";
import { unlessRefused } from "../unsupported-output-schema-error.ts";
import { keywordsInWords } from "../wire/keywords-in-words.ts";
import { compileNumber } from "./compile-number.ts";
import { farNoteOf, mayMeet, stringboolNoteOf, writtenSideOf } from "./compile-pipe.ts";
import { compileString } from "./compile-string.ts";
import { compileZodSchema } from "./compile-zod-schema.ts";
import { innerOf } from "./inner-of.ts";
import { countsOf } from "./limits-of.ts";
import { noteOf, refinementNoteOf } from "./note-of.ts";

export interface DescribeSchemaOptions {
  /** Keywords of JSON Schema that the model is shown beside the words. @default none */
  readonly shown?: ReadonlySet<string>;
  /** Leaves out what is said of the schema within `.optional()`, `.default()` and the like. @default false */
  readonly wrappersOnly?: boolean;
}

/**
 * Everything about a zod schema that its JSON type does not say, in sentences for the model: its title and
 * description, limits, formats, the messages of refinements, default, examples. Of what wraps another schema
 * (`.optional()`, `.default()`, a pipe's input), the inner schema is included; schemas of properties, items
 * and options are not. `undefined` if there is nothing to say.
 */
export function describeSchema(
  schema: z.core.SomeType,
  options: DescribeSchemaOptions = {},
): string | undefined {
  return sentences([...new Set(partsOf(schema, options, new Set()))]);
}

function partsOf(
  schema: z.core.SomeType,
  options: DescribeSchemaOptions,
  within: Set<z.core.SomeType>,
): readonly (string | undefined)[] {
  if (within.has(schema)) return [];
  within.add(schema);
  const { title, description, examples } = noteOf(schema);
  const inner = describedInnerOf(schema);
  if (inner.length === 0 && options.wrappersOnly === true) return [title, description];
  return [
    title,
    description,
    ...inner.flatMap((part) => partsOf(part, options, within)),
    limitsInWords(schema, options.shown ?? new Set()),
    refinementNoteOf(schema).description,
    describeExamples(examples, asItIs),
  ];
}

const asItIs = { encode: (value: unknown): unknown => value };

/** The schemas inside a wrapper; of a pipe also its far side, where that describes the same value. */
function describedInnerOf(schema: z.core.SomeType): readonly z.core.SomeType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "pipe") return mayMeet(def) ? [def.in, def.out] : [writtenSideOf(def)];
  const inner = def.type === "nullable" ? undefined : innerOf(schema);
  return inner === undefined ? [] : [inner];
}

type Shown = ReadonlySet<string>;

function limitsInWords(schema: z.core.SomeType, shown: Shown): string | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
    case "template_literal":
      return saidByNode(compileString(schema), shown);
    case "number":
      return saidByNode(compileNumber(schema), shown);
    case "array":
      return unshownInWords(countsOf(schema, "Items"), shown);
    case "record":
      return keysInWords(def, shown);
    case "never":
      return "No value fits here.";
    case "default":
    case "prefault": {
      const filledIn = showDefault(() => def.defaultValue, asItIs);
      return filledIn && `Default: ${filledIn}.`;
    }
    case "pipe":
      return stringboolNoteOf(schema)?.description ?? farValuesOf(def) ?? farSideOf(def);
    default:
      return;
  }
}

/** The values of the far side of a pipe, which the JSON type of the near one does not say. */
function farValuesOf(def: z.core.$ZodPipeDef): string | undefined {
  const values = mayMeet(def) ? def.out._zod.values : undefined;
  if (values === undefined || def.in._zod.values !== undefined) return;
  const said = [...values].map((value) =>
    typeof value === "string" ? JSON.stringify(value) : String(value),
  );
  return `One of ${said.join(", ")}.`;
}

/** The value that the far side makes, where that is another one than the model writes. */
function farSideOf(def: z.core.$ZodPipeDef): string | undefined {
  if (mayMeet(def) || def.out._zod.def.type === "transform") return;
  return unlessRefused(() => farNoteOf(compileZodSchema(def.out)).late?.());
}

function saidByNode({ wire, text }: CompiledNode, shown: Shown): string | undefined {
  const keywords = wire?.kind === "value" ? wire.keywords : undefined;
  return sentences([unshownInWords(keywords ?? {}, shown), text?.()]);
}

/** A lower limit that is shown is said again where the upper one is not: one sentence is about both. */
function unshownInWords(keywords: Readonly<Record<string, unknown>>, shown: Shown) {
  const isShown = Object.keys(keywords).every((keyword) => shown.has(keyword));
  return isShown ? undefined : keywordsInWords(keywords);
}

/** The constraints of a record's keys, where they are not named one by one. */
function keysInWords({ keyType, mode }: z.core.$ZodRecordDef, shown: Shown): string | undefined {
  if (keyType._zod.values !== undefined) return;
  const isNumeric = keyType._zod.def.type === "number";
  const said = sentences([isNumeric && "A number.", describeSchema(keyType, { shown })]);
  const about = mode === "loose" ? "Of each key that fits this, the value is checked" : "Each key";
  return said && `${about}: ${said}`;
}
