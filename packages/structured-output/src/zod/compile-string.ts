import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "../sentences.ts";
import { keywordsInWords } from "../wire/keywords-in-words.ts";
import { checksOf } from "./checks-of.ts";
import { countsOf } from "./limits-of.ts";
import {
  formatOptionsInWords,
  strictFormat,
  type StringFormat,
  stringFormatInWords,
} from "./string-format.ts";
import { strictPattern } from "./strict-pattern.ts";

/** A string: what strict mode can enforce as keywords, the rest as sentences for the model. */
export function compileString(schema: z.core.SomeType): CompiledNode {
  const keywords: { format?: string; pattern?: string } = {};
  const words = [keywordsInWords(countsOf(schema, "Length"))];
  for (const check of checksOf(schema)) {
    if (check.check !== "string_format") continue;
    const format = strictFormat(check);
    const pattern = patternOf(check);
    if (format !== undefined && format === (keywords.format ?? format)) {
      keywords.format = format;
      words.push(formatOptionsInWords(check));
    } else if (pattern !== undefined && keywords.pattern === undefined) keywords.pattern = pattern;
    else words.push(stringFormatInWords(check));
  }
  return stringNode(keywords, words);
}

/** The service's `uuid` is of a version, which a guid need not be. */
function patternOf({ format, pattern }: StringFormat): string | undefined {
  return pattern && ["regex", "guid"].includes(format) ? strictPattern(pattern) : undefined;
}

/** A template literal: its pattern. */
export function compileTemplate({ _zod: { pattern } }: z.core.SomeType): CompiledNode {
  const keyword = pattern && strictPattern(pattern);
  return keyword === undefined
    ? stringNode({}, [`Matches ${pattern}.`])
    : stringNode({ pattern: keyword }, []);
}

function stringNode(
  keywords: Readonly<Record<string, string>>,
  words: readonly (string | undefined)[],
): CompiledNode {
  return noteNode(plainNode({ kind: "value", type: "string", keywords }), {
    description: sentences(words),
  });
}
