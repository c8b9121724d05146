import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "../sentences.ts";
import { type CheckDefinition, checksOf } from "./checks-of.ts";
import { strictPattern } from "./strict-pattern.ts";

/** A string: what strict mode can enforce as keywords, the rest in words for the model. */
export function compileString(schema: z.core.SomeType): CompiledNode {
  const keywords: { format?: string; pattern?: string } = {};
  const words: (string | undefined)[] = [];
  for (const check of checksOf(schema)) {
    const format = check.check === "string_format" ? strictFormats.get(check.format) : undefined;
    const pattern =
      check.check === "string_format" && check.format === "regex" && check.pattern
        ? strictPattern(check.pattern)
        : undefined;
    if (format !== undefined && !isLocal(check)) keywords.format ??= format;
    else if (pattern !== undefined && keywords.pattern === undefined) keywords.pattern = pattern;
    else words.push(inWords(check));
  }
  return inSomeWords(plainNode({ kind: "value", type: "string", keywords }), words);
}

/** A template literal: its pattern. */
export function compileTemplate(schema: z.core.SomeType): CompiledNode {
  const { pattern } = schema._zod;
  const keyword = pattern && strictPattern(pattern);
  return keyword === undefined
    ? inSomeWords(plainNode({ kind: "value", type: "string" }), [`Matches ${pattern}.`])
    : plainNode({ kind: "value", type: "string", keywords: { pattern: keyword } });
}

/** zod's formats that the service knows too. `z.iso.time()` is not its `time`, which has an offset. */
const strictFormats: ReadonlyMap<string, string> = new Map([
  ["email", "email"],
  ["uuid", "uuid"],
  ["guid", "uuid"],
  ["datetime", "date-time"],
  ["date", "date"],
  ["duration", "duration"],
  ["ipv4", "ipv4"],
  ["ipv6", "ipv6"],
  ["hostname", "hostname"],
]);

const formatsInWords: ReadonlyMap<string, string> = new Map([
  ["url", "A URL."],
  ["time", "A time of day, as 23:59:59."],
  ["datetime", "A date and time without an offset, as 2024-02-29T23:59:59."],
  ["lowercase", "In lower case."],
  ["uppercase", "In upper case."],
  ["e164", "A phone number in E.164 form, as +14155552671."],
  ["emoji", "An emoji."],
  ["base64", "Base64."],
  ["base64url", "Base64url."],
  ["json_string", "JSON text."],
]);

function inWords(check: CheckDefinition): string | undefined {
  switch (check.check) {
    case "min_length":
      return `At least ${check.minimum} characters.`;
    case "max_length":
      return `At most ${check.maximum} characters.`;
    case "length_equals":
      return `Exactly ${check.length} characters.`;
    case "string_format":
      return formatInWords(check);
    default:
      return;
  }
}

function formatInWords(check: CheckDefinition & { readonly check: "string_format" }): string {
  if ("prefix" in check) return `Starts with ${JSON.stringify(check.prefix)}.`;
  if ("suffix" in check) return `Ends with ${JSON.stringify(check.suffix)}.`;
  if ("includes" in check) return `Contains ${JSON.stringify(check.includes)}.`;
  if (check.format === "regex") return `Matches ${check.pattern}.`;
  return formatsInWords.get(check.format) ?? `A valid ${check.format.replaceAll("_", " ")}.`;
}

/** A local date-time has no offset, which the service's `date-time` must have. */
function isLocal(check: CheckDefinition): boolean {
  return "local" in check && check.local;
}

function inSomeWords(node: CompiledNode, words: readonly (string | undefined)[]): CompiledNode {
  return noteNode(node, { description: sentences(words) });
}
