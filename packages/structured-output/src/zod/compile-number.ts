import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode, type Note } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "@ktx/json-answer/wire";
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
  const type = isInteger ? "integer" : "number";
  const node = plainNode({ kind: "value", type, keywords: Object.fromEntries(limits) }, "number");
  return noteNode(node, { description: sentences(others.map(multipleInWords)) });
}

/** The limits of a date or a bigint, which strict mode sees as a string. */
export function limitsNoteOf(schema: z.core.SomeType): Note {
  const limits = keywordsInWords({ ...limitsOf(schema) });
  return {
    description: sentences([limits, ...multiplesOf(schema).map(multipleInWords)]),
  };
}

function multiplesOf(schema: z.core.SomeType): (number | bigint)[] {
  const multiples = checksOf(schema).flatMap((check) =>
    check.check === "multiple_of" && check.value > 0 ? [check.value] : [],
  );
  return [...new Set(multiples)];
}

function multipleInWords(multipleOf: number | bigint): string | undefined {
  return keywordsInWords({ multipleOf });
}
