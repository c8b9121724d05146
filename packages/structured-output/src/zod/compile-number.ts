import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode, type Note } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "../sentences.ts";
import { keywordsInWords } from "../wire/keywords-in-words.ts";
import { checksOf } from "./checks-of.ts";
import { limitsOf } from "./limits-of.ts";

/** A number; its limits are among the few constraints that strict mode enforces. */
export function compileNumber(schema: z.core.SomeType): CompiledNode {
  const isInteger = checksOf(schema).some(
    (check) => check.check === "number_format" && check.format.includes("int"),
  );
  const [multipleOf, ...others] = multiplesOf(schema);
  const limits = Object.entries({ ...limitsOf(schema), multipleOf }).flatMap(([key, limit]) =>
    typeof limit === "number" ? [[key, limit] as const] : [],
  );
  return noteNode(
    plainNode(
      {
        kind: "value",
        type: isInteger ? "integer" : "number",
        keywords: Object.fromEntries(limits),
      },
      "number",
    ),
    { description: sentences(others.map(multipleInWords)) },
  );
}

/** The limits of a date or a bigint, which is a text to strict mode. */
export function limitsNoteOf(schema: z.core.SomeType): Note {
  const limits = keywordsInWords({ ...limitsOf(schema) });
  return { description: sentences([limits, ...multiplesOf(schema).map(multipleInWords)]) };
}

function multiplesOf(schema: z.core.SomeType): (number | bigint)[] {
  const multiples = checksOf(schema).flatMap((check) =>
    check.check === "multiple_of" && check.value > 0 ? [check.value] : [],
  );
  return [...new Set(multiples)];
}

function multipleInWords(multiple: number | bigint): string {
  return `A multiple of ${multiple}.`;
}
