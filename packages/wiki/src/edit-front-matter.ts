import { isMap, isScalar, isSeq, type Node, parseDocument, stringify } from "yaml";
import { parseFrontMatter } from "./front-matter.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";
import { WikiError } from "./wiki-error.ts";

/** Values that a page is to have. */
export type FrontMatterValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * Gives YAML other values for some keys. Everything else stays byte for byte: other keys, their order, comments,
 * quotes and line breaks. New keys come last. Pure.
 *
 * @throws {WikiError} `front-matter` where a value cannot be changed in this way.
 */
export function editFrontMatter(
  yaml: string,
  earlier: Readonly<Record<string, unknown>>,
  wanted: FrontMatterValues,
): string {
  const changed = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(earlier[key]) !== JSON.stringify(value),
  );
  if (changed.length === 0) return yaml;
  const lineBreak = yaml.includes("\r\n") ? "\r\n" : "\n";
  const { contents } = parseDocument(yaml, { keepSourceTokens: true, logLevel: "silent" });
  const edits: TextEdit[] = [];
  const added: string[] = [];
  const items = isMap(contents) ? contents.items : [];
  const isFlow = isMap(contents) && contents.flow === true;
  const indent = /^ */.exec(/^[ \t]*[^\s#].*$/m.exec(yaml)?.[0] ?? "")?.[0] ?? "";
  for (const [key, value] of changed) {
    const pair = items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair === undefined) added.push(`${indent}${printPair(key, value, indent)}`);
    else edits.push(replacement(yaml, pair, value));
  }
  const end = yaml === "" || yaml.endsWith("\n") ? "" : lineBreak;
  const tail = added.map((line) => `${line}\n`).join("");
  const text = applyEdits(
    yaml,
    edits.map((edit) => ({ ...edit, text: edit.text.replaceAll("\n", lineBreak) })),
  );
  const result = `${text}${tail === "" ? "" : end}${tail.replaceAll("\n", lineBreak)}`;
  if (isFlow || !holds(result, { ...earlier, ...Object.fromEntries(changed) }))
    throw refused(changed);
  return result;
}

function replacement(
  yaml: string,
  { key, value: node }: { readonly key: unknown; readonly value: unknown },
  value: string | readonly string[],
): TextEdit {
  const old = isNode(node) ? node.range : undefined;
  const keyEnd = isNode(key) ? (key.range?.[1] ?? 0) : 0;
  if (old === null || old === undefined || old[0] === old[1]) {
    // A key without a value, perhaps before a comment.
    const colon = yaml.indexOf(":", keyEnd) + 1;
    return { start: colon, end: colon, text: ` ${printFlow(value)}` };
  }
  const [start] = old;
  const end = start + yaml.slice(start, old[1]).trimEnd().length;
  const isBlockList = isSeq(node) && node.flow !== true;
  if (typeof value === "string" || !isBlockList) return { start, end, text: printFlow(value) };
  const column = start - (yaml.lastIndexOf("\n", start - 1) + 1);
  return {
    start,
    end,
    text: value.map((item) => `- ${printFlow(item)}`).join(`\n${" ".repeat(column)}`),
  };
}

function printPair(key: string, value: string | readonly string[], indent: string): string {
  return typeof value === "string"
    ? `${key}: ${printFlow(value)}`
    : `${key}:\n${value.map((item) => `${indent}  - ${printFlow(item)}`).join("\n")}`;
}

/** On one line. JSON's texts are YAML's too. */
function printFlow(value: string | readonly string[]): string {
  if (typeof value !== "string")
    return `[${value.map((item) => (/[,[\]{}]/.test(item) ? JSON.stringify(item) : printFlow(item))).join(", ")}]`;
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return plain.includes("\n") ? JSON.stringify(value) : plain;
}

function holds(yaml: string, expected: Readonly<Record<string, unknown>>): boolean {
  const { values, problem } = parseFrontMatter(
    `---\n${yaml}${yaml.endsWith("\n") ? "" : "\n"}---\n`,
  );
  const sorted = (record: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return problem === undefined && sorted(values) === sorted(expected);
}

function refused(changed: readonly (readonly [string, unknown])[]): WikiError {
  return new WikiError(
    "front-matter",
    `The front matter has a form in which ${changed.map(([key]) => key).join(", ")} cannot be changed without a change of its other values. The page was not changed: a person must change it.`,
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
