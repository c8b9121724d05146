import type { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";
import { checksOf } from "./checks-of.ts";

/** The limits of a date or a bigint, which is a text to strict mode. */
export function limitsNoteOf(schema: z.core.SomeType): Note {
  const limits = checksOf(schema).map((check) => {
    if (check.check === "multiple_of") return `A multiple of ${check.value}.`;
    if (check.check !== "greater_than" && check.check !== "less_than") return;
    const { value, inclusive } = check;
    const limit = value instanceof Date ? dateInWords(value) : String(value);
    if (limit === undefined) return;
    const word = check.check === "greater_than" ? "least" : "most";
    return inclusive
      ? `At ${word} ${limit}.`
      : `${word === "least" ? "More" : "Less"} than ${limit}.`;
  });
  return { description: sentences(limits) };
}

/** A limit that is no date refuses every date, and has no words. */
function dateInWords(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
