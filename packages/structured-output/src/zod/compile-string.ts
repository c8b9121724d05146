import { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { sentences } from "@ktx/json-answer/wire";
import { formatInWords, keywordsInWords } from "../wire/keywords-in-words.ts";
import { type CheckDefinition, checksOf } from "./checks-of.ts";
import { countsOf } from "./limits-of.ts";
import { strictPattern } from "./strict-pattern.ts";

/** A string or a template literal: keywords where strict mode enforces them, sentences for the rest. */
export function compileString(schema: z.core.SomeType): CompiledNode {
  const keywords: { format?: string; pattern?: string } = {};
  const words = [keywordsInWords(countsOf(schema, "Length"))];
  const template = schema._zod.def.type === "template_literal" ? schema._zod.pattern : undefined;
  const own = template && strictPattern(template);
  if (own !== undefined) keywords.pattern = own;
  else words.push(template && `Matches ${template}.`);
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
  const node = plainNode({ kind: "value", type: "string", keywords });
  const { maxLength: longest } = countsOf(schema, "Length");
  return noteNode({ ...node, longest }, { description: sentences(words) });
}

/** The service's `uuid` has a version, which a guid need not have. */
function patternOf({ format, pattern }: StringFormat): string | undefined {
  return pattern && ["regex", "guid"].includes(format) ? strictPattern(pattern) : undefined;
}

/** A check of a string's format; its options depend on the format. */
type StringFormat = CheckDefinition & { readonly check: "string_format" };

type Options = Readonly<Record<string, unknown>>;

/** The service's format for a format of zod's; `undefined` if none accepts everything that zod accepts. */
function strictFormat(check: StringFormat): string | undefined {
  const { fn, local, precision }: Options = { ...check };
  const usual = usualPatterns.get(check.format);
  // `z.stringFormat()` may use any name for its own function.
  const isOther = usual ? String(check.pattern) !== String(usual) : fn !== undefined;
  // RFC 3339 requires an offset and seconds.
  const isOtherTime = local === true || precision === -1;
  return isOther || isOtherTime ? undefined : strictFormats.get(check.format);
}

/** The formats that zod and the service share. The service's `time` has an offset, unlike `z.iso.time()`. */
const strictFormats: ReadonlyMap<string, string> = new Map(
  "email uuid date duration ipv4 ipv6 hostname datetime"
    .split(" ")
    .map((format) => [format, format.replace("datetime", "date-time")]),
);

const usualPatterns: ReadonlyMap<string, RegExp> = new Map([
  ["email", z.regexes.email],
  ["hostname", z.regexes.hostname],
]);

/** Sentences for a format that strict mode does not know, and for its options. */
function stringFormatInWords(check: StringFormat): string | undefined {
  const { prefix, suffix, includes, fn }: Options = { ...check };
  // An email format arrives here only with a custom pattern, which may describe something else than an address.
  const isPattern = check.pattern && ["regex", "email"].includes(check.format);
  const isPart = [prefix, suffix, includes].some((part) => part !== undefined);
  if (isPart || isPattern)
    return isPart ? formatOptionsInWords(check) : `Matches ${check.pattern}.`;
  const words = timeInWords(check) ?? formatInWords(check.format, fn !== undefined);
  return sentences([words, formatOptionsInWords(check)]);
}

/** Details that the name of a format does not include. */
function formatOptionsInWords(check: StringFormat): string | undefined {
  const { offset, local }: Options = { ...check };
  return sentences([
    check.format === "datetime" && offset !== true && local !== true && "UTC, ending in Z.",
    ...Object.entries(check).map(
      ([option, value]) => value !== undefined && optionsInWords[option]?.(value),
    ),
  ]);
}

const optionsInWords: Readonly<Partial<Record<string, (value: unknown) => unknown>>> = {
  prefix: (text) => `Starts with ${JSON.stringify(text)}.`,
  suffix: (text) => `Ends with ${JSON.stringify(text)}.`,
  includes: (text) => `Contains ${JSON.stringify(text)}.`,
  version: (version) => `Version ${String(version).replace(/^v/, "")}.`,
  protocol: (pattern) => `Protocol matches ${String(pattern)}.`,
  hostname: (pattern) => pattern !== z.regexes.domain && `Host matches ${String(pattern)}.`,
  delimiter: (text) => `Parts separated by ${JSON.stringify(text)}.`,
  alg: (algorithm) => `Signature algorithm ${String(algorithm)}.`,
  // The number of fractional-second digits; -1 for a time without seconds.
  precision: (digits) => {
    if (digits === -1) return "No seconds.";
    return digits === 0
      ? "No fractional seconds."
      : typeof digits === "number" && `Exactly ${digits} fractional-second digits.`;
  },
};

/** A time, or a date and time that is not the service's `date-time`. */
function timeInWords(check: StringFormat): string | undefined {
  const { format, precision, local, offset }: Options = { ...check };
  if (format === "time") return "A time of day, such as 23:59:59.";
  if (format !== "datetime") return;
  const example = `2024-02-29T23:59${precision === -1 ? "" : ":59"}`;
  if (local === true) return `A date and time without an offset, such as ${example}.`;
  return offset === true
    ? `A date and time with an offset, such as ${example}+01:00.`
    : `A date and time, such as ${example}Z.`;
}
