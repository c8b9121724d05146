import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "../sentences.ts";
import { keywordsInWords } from "../wire/keywords-in-words.ts";
import { type CheckDefinition, checksOf, itemLimitsOf } from "./checks-of.ts";
import { strictFormat } from "./strict-format.ts";
import { strictPattern } from "./strict-pattern.ts";
import { formatOptionsInWords, stringFormatInWords } from "./string-format-in-words.ts";

/** A string: what strict mode can enforce as keywords, the rest as sentences for the model. */
export function compileString(schema: z.core.SomeType): CompiledNode {
  const keywords: { format?: string; pattern?: string } = {};
  const words: (string | undefined)[] = [lengthInWords(schema)];
  for (const check of checksOf(schema)) {
    const format = formatKeyword(check);
    const pattern = patternKeyword(check);
    if (format !== undefined && format === (keywords.format ?? format)) {
      keywords.format = format;
      words.push(check.check === "string_format" ? formatOptionsInWords(check) : undefined);
    } else if (pattern !== undefined && keywords.pattern === undefined) keywords.pattern = pattern;
    else if (check.check === "string_format") words.push(stringFormatInWords(check));
  }
  return inSomeWords(plainNode({ kind: "value", type: "string", keywords }), words);
}

function formatKeyword(check: CheckDefinition): string | undefined {
  return check.check === "string_format" ? strictFormat(check) : undefined;
}

function patternKeyword(check: CheckDefinition): string | undefined {
  if (check.check !== "string_format" || !check.pattern) return;
  // The service's `uuid` is of a version, which a guid need not be.
  const isPattern = check.format === "regex" || check.format === "guid";
  return isPattern ? strictPattern(check.pattern) : undefined;
}

/** A template literal: its pattern. */
export function compileTemplate(schema: z.core.SomeType): CompiledNode {
  const { pattern } = schema._zod;
  const keyword = pattern && strictPattern(pattern);
  return keyword === undefined
    ? inSomeWords(plainNode({ kind: "value", type: "string" }), [`Matches ${pattern}.`])
    : plainNode({ kind: "value", type: "string", keywords: { pattern: keyword } });
}

/** A string is a list of characters to zod's checks. */
function lengthInWords({ _zod: { def } }: z.core.SomeType): string | undefined {
  const { minItems: minLength, maxItems: maxLength } = itemLimitsOf(def);
  return keywordsInWords({ minLength, maxLength });
}

function inSomeWords(node: CompiledNode, words: readonly (string | undefined)[]): CompiledNode {
  return noteNode(node, { description: sentences(words) });
}
