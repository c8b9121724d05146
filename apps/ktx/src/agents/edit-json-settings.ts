import {
  applyEdits,
  findNodeAtLocation,
  type FormattingOptions,
  modify,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
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
    return edited(text, (entries) => {
      if (entries?.[entryName] === undefined)
        return [{ path: [], value: { command: entry.command, args: entry.args } }];
      checkOurs(entries[entryName]);
      return [
        { path: ["command"], value: entry.command },
        { path: ["args"], value: entry.args },
      ];
    });
  },
  remove: (text) =>
    edited(text, (entries) => {
      if (entries?.[entryName] === undefined) return [];
      checkOurs(entries[entryName]);
      return [{ path: [], value: undefined }];
    }),
  // The file stands in the project that it is for.
  projectOf: () => undefined,
  // An entry is one object: it is there whole or not at all.
  finishUndo: (text) => text,
};

interface Change {
  /** The entry itself, or one of its keys. */
  readonly path: readonly [] | readonly [string];
  readonly value: unknown;
}

function edited(
  whole: string,
  toChanges: (entries: Readonly<Record<string, unknown>> | undefined) => readonly Change[],
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
  let after = text;
  for (const { path, value } of toChanges(servers)) {
    const entry = isRecord(servers) ? servers[entryName] : undefined;
    const [key] = path;
    // A key that has the value already keeps its form.
    if (key !== undefined && isRecord(entry) && isSame(entry[key], value)) continue;
    const edits = modify(after, ["mcpServers", entryName, ...path], value, {
      formattingOptions: formatOf(after),
      // In front: what follows may end with a comma, and with comments.
      getInsertionIndex: () => 0,
    });
    after = applyEdits(after, edits);
  }
  checkRest(before, read(after), "mcpServers");
  return mark + after;
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

function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
