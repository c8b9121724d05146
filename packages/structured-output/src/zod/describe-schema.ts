import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { describeExamples, showDefault } from "../nodes/note-node.ts";
import { sentences } from "@ktx/json-answer/wire";
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
  /** Keywords of JSON Schema that the model sees beside the description. @default none */
  readonly shown?: ReadonlySet<string>;
  /** Omits the notes of the schema inside `.optional()`, `.default()` and similar wrappers. @default false */
  readonly wrappersOnly?: boolean;
}

/**
 * The facts about a zod schema that its JSON type does not show, as sentences for the model: title, description,
 * limits, formats, the messages of refinements, default, examples. Includes the schema inside a wrapper
 * (`.optional()`, `.default()`, the input of a pipe), but not the schemas of properties, items and options.
 * `undefined` if there are no such facts.
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

/** The schemas inside a wrapper; for a pipe also its far side, if that describes the same value. */
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

/** The constants of the far side of a pipe, which the JSON type of the near side does not show. */
function farValuesOf(def: z.core.$ZodPipeDef): string | undefined {
  const values = mayMeet(def) ? def.out._zod.values : undefined;
  if (values === undefined || def.in._zod.values !== undefined) return;
  const said = [...values].map((value) =>
    typeof value === "string" ? JSON.stringify(value) : String(value),
  );
  return `One of ${said.join(", ")}.`;
}

/** The description of the converted value, if it differs from the value that the model writes. */
function farSideOf(def: z.core.$ZodPipeDef): string | undefined {
  if (mayMeet(def) || def.out._zod.def.type === "transform") return;
  return unlessRefused(() => farNoteOf(compileZodSchema(def.out)).late?.());
}

function saidByNode({ wire, text }: CompiledNode, shown: Shown): string | undefined {
  const keywords = wire?.kind === "value" ? wire.keywords : undefined;
  return sentences([unshownInWords(keywords ?? {}, shown), text?.()]);
}

/** One sentence covers both limits, so a visible lower limit is repeated with a hidden upper one. */
function unshownInWords(keywords: Readonly<Record<string, unknown>>, shown: Shown) {
  const isShown = Object.keys(keywords).every((keyword) => shown.has(keyword));
  return isShown ? undefined : keywordsInWords(keywords);
}

/** The constraints of a record's keys, unless the keys are listed one by one. */
function keysInWords({ keyType, mode }: z.core.$ZodRecordDef, shown: Shown): string | undefined {
  if (keyType._zod.values !== undefined) return;
  const isNumeric = keyType._zod.def.type === "number";
  const said = sentences([isNumeric && "A number.", describeSchema(keyType, { shown })]);
  const about = mode === "loose" ? "Values are checked for each key that fits" : "Each key";
  return said && `${about}: ${said}`;
}
