import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { insertProperty, removeProperty, replaceValue } from "./json-text.ts";
import {
  checkOurs,
  checkRest,
  entryName,
  isRecord,
  type SettingsEdit,
  SettingsRefusal,
} from "./settings-edit.ts";

/** The JSON, with comments or without, of Claude Code and Cursor. */
export const jsonSettings: SettingsEdit = {
  put: (text, entry) => {
    if (text.trim() === "")
      return `${JSON.stringify({ mcpServers: { [entryName]: entry } }, undefined, 2)}\n`;
    return edited(text, (bare, entries) => {
      const path = ["mcpServers", entryName];
      if (entries?.[entryName] === undefined)
        return putValue(bare, path, { command: entry.command, args: entry.args });
      checkOurs(entries[entryName]);
      const withCommand = putValue(bare, [...path, "command"], entry.command);
      return putValue(withCommand, [...path, "args"], entry.args);
    });
  },
  remove: (text) =>
    edited(text, (bare, entries) => {
      if (entries?.[entryName] === undefined) return bare;
      checkOurs(entries[entryName]);
      const root = parseTree(bare, [], { allowTrailingComma: true });
      const property = root && findNodeAtLocation(root, ["mcpServers", entryName])?.parent;
      return property === undefined ? bare : removeProperty(bare, property);
    }),
  // The file stands in the project that it is for.
  projectOf: () => undefined,
  // An entry is one object: it is there whole or not at all.
  finishUndo: (text) => text,
};

/** @param change the new text; it has the entries of the servers as they are. */
function edited(
  whole: string,
  change: (text: string, entries: Readonly<Record<string, unknown>> | undefined) => string,
): string {
  const mark = whole.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = whole.slice(mark.length);
  if (text.trim() === "") return whole;
  const before = read(text);
  refuseDoubles(text);
  if (!isRecord(before)) throw new SettingsRefusal("has something else than a JSON object.");
  const servers = before["mcpServers"];
  if (servers !== undefined && !isRecord(servers))
    throw new SettingsRefusal("has `mcpServers` that is no object. Mend it first.");
  const after = change(text, servers);
  checkRest(before, read(after), "mcpServers");
  return mark + after;
}

/** Gives a key of an object a value; each object on the way is made. A key that has the value already keeps its form. */
function putValue(text: string, path: readonly string[], value: unknown): string {
  let node = parseTree(text, [], { allowTrailingComma: true });
  for (const [index, key] of path.entries()) {
    if (node === undefined) return text;
    const found: Node | undefined = findNodeAtLocation(node, [key]);
    const made = path
      .slice(index + 1)
      .reduceRight<unknown>((one, name) => ({ [name]: one }), value);
    if (found === undefined) return insertProperty(text, node, key, made);
    node = found;
  }
  if (node === undefined || isSame(getNodeValue(node), value)) return text;
  return replaceValue(text, node, value);
}

/** Of a key that is there twice, programs read the last one or the first: neither can be changed safely. */
function refuseDoubles(text: string): void {
  const root = parseTree(text, [], { allowTrailingComma: true });
  for (const path of [["mcpServers"], ["mcpServers", entryName]]) {
    const parent = root && findNodeAtLocation(root, path.slice(0, -1));
    const keys = parent?.children?.map(({ children }) => children?.[0]?.value) ?? [];
    const key = path.at(-1);
    if (parent?.type === "object" && keys.filter((one) => one === key).length > 1)
      throw new SettingsRefusal(
        `has the key ${JSON.stringify(key)} more than once. Make one of them first.`,
      );
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function read(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return value;
  const line = text.slice(0, error.offset).split("\n").length;
  throw new SettingsRefusal(
    `is no JSON: ${printParseErrorCode(error.error)} in line ${line}. Mend it first.`,
  );
}
