import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode, type Note } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "../sentences.ts";
import { checksOf } from "./checks-of.ts";

/** A number; its limits are among the few constraints that strict mode enforces. */
export function compileNumber(schema: z.core.SomeType): CompiledNode {
  const keywords: Record<string, number> = {};
  const words: string[] = [];
  let integer = false;
  const atLeast = (key: string, value: number) =>
    (keywords[key] = Math.max(value, keywords[key] ?? -Infinity));
  const atMost = (key: string, value: number) =>
    (keywords[key] = Math.min(value, keywords[key] ?? Infinity));

  for (const check of checksOf(schema)) {
    if (check.check === "number_format") {
      const range = ranges[check.format];
      integer ||= range !== undefined || check.format === "safeint";
      if (range) {
        atLeast("minimum", range[0]);
        atMost("maximum", range[1]);
      }
    }
    if (check.check === "greater_than" && typeof check.value === "number")
      atLeast(check.inclusive ? "minimum" : "exclusiveMinimum", check.value);
    if (check.check === "less_than" && typeof check.value === "number")
      atMost(check.inclusive ? "maximum" : "exclusiveMaximum", check.value);
    if (check.check === "multiple_of" && typeof check.value === "number") {
      keywords["multipleOf"] ??= check.value;
      if (keywords["multipleOf"] !== check.value) words.push(`A multiple of ${check.value}.`);
    }
  }
  const type = integer ? "integer" : "number";
  const node = plainNode({ kind: "value", type, keywords: finite(keywords) }, "number");
  return noteNode(node, { description: sentences(words) });
}

/** The limits of a date or a bigint, which is a text to strict mode. */
export function limitsNoteOf(schema: z.core.SomeType): Note {
  const limits = checksOf(schema).map((check) => {
    if (check.check === "multiple_of") return `A multiple of ${check.value}.`;
    if (check.check !== "greater_than" && check.check !== "less_than") return;
    const { value, inclusive } = check;
    // A limit that is no date refuses every date, and has no words.
    if (value instanceof Date && Number.isNaN(value.getTime())) return;
    const limit = value instanceof Date ? value.toISOString() : String(value);
    const [least, more] = check.check === "greater_than" ? ["least", "More"] : ["most", "Less"];
    return inclusive ? `At ${least} ${limit}.` : `${more} than ${limit}.`;
  });
  return { description: sentences(limits) };
}

const ranges: Readonly<Partial<Record<string, readonly [number, number]>>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

function finite(keywords: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(keywords).filter(
      ([key, value]) => Number.isFinite(value) && (key !== "multipleOf" || value > 0),
    ),
  );
}
