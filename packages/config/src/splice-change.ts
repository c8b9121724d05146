import { isMap, isNode, isScalar, parseDocument, stringify, type Pair, type YAMLMap } from "yaml";
import type { LeafChange } from "./config-changes.ts";

/**
 * The change as an edit of the lines that it concerns, so that no other line moves. Undefined where that
 * is not possible (flow mappings, aliases, …). The caller checks the result.
 */
export function spliceChange(text: string, { path, value }: LeafChange): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (contents === null) return value === null ? undefined : append(text, nested(path, value));
  let node: unknown = contents;
  let owner: Pair | undefined;
  for (const [depth, key] of path.entries()) {
    if (isEmpty(node) && owner !== undefined)
      return insertUnder(text, owner, path.slice(depth), value);
    if (!isMap(node) || node.flow === true) return undefined;
    const pair: Pair | undefined = node.items.find(
      (item) => isScalar(item.key) && item.key.value === key,
    );
    if (pair === undefined) return insertAfter(text, node, path.slice(depth), value);
    owner = pair;
    node = pair.value;
  }
  if (owner === undefined) return undefined;
  return value === null ? removeLines(text, owner) : replaceScalar(text, owner, value);
}

function replaceScalar(
  text: string,
  { key, value }: Pair,
  replacement: string,
): string | undefined {
  if (isEmpty(value)) {
    const end = endOf(key);
    const colon = end === undefined ? -1 : text.indexOf(":", end);
    return colon < 0 ? undefined : splice(text, colon + 1, colon + 1, ` ${scalar(replacement)}`);
  }
  if (!isScalar(value) || !value.range) return undefined;
  return splice(text, value.range[0], value.range[1], scalar(replacement));
}

function removeLines(text: string, pair: Pair): string | undefined {
  const start = startOf(pair.key);
  const end = endOf(pair.value) ?? endOf(pair.key);
  if (start === undefined || end === undefined) return undefined;
  return splice(text, lineStart(text, start), lineEnd(text, contentEnd(text, end)) + 1, "");
}

function insertAfter(
  text: string,
  map: YAMLMap,
  path: readonly string[],
  value: string | null,
): string | undefined {
  const first = startOf(map.items[0]?.key);
  const last = map.items.at(-1);
  const end = endOf(last?.value) ?? endOf(last?.key);
  if (value === null || first === undefined || end === undefined) return undefined;
  const indent = first - lineStart(text, first);
  return insertLines(text, contentEnd(text, end), indent, nested(path, value));
}

function insertUnder(
  text: string,
  { key }: Pair,
  path: readonly string[],
  value: string | null,
): string | undefined {
  const start = startOf(key);
  if (value === null || start === undefined) return undefined;
  return insertLines(text, start, start - lineStart(text, start) + 2, nested(path, value));
}

/** Below the line that holds `offset`, so that a comment at its end stays where it is. */
function insertLines(text: string, offset: number, indent: number, addition: string): string {
  const lines = addition.trimEnd().replaceAll(/^/gm, " ".repeat(indent));
  const end = lineEnd(text, offset);
  return splice(text, end, end, `\n${lines}`);
}

function append(text: string, addition: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${addition}`;
}

function nested(path: readonly string[], value: string): string {
  return stringify(
    path.reduceRight<unknown>((child, key) => ({ [key]: child }), value),
    {
      lineWidth: 0,
    },
  );
}

function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === "");
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function endOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[1] : undefined;
}

/** The offset of the last character of content: a node's range may end with line breaks. */
function contentEnd(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length - 1;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function splice(text: string, start: number, end: number, insertion: string): string {
  return text.slice(0, start) + insertion + text.slice(end);
}
