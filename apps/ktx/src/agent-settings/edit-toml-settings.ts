import { parse, TomlError } from "smol-toml";
import type { ServerEntry } from "./agent-client.ts";
import { cutTomlStatements } from "./cut-toml-statements.ts";
import {
  checkOurs,
  checkRest,
  entryName,
  isSameRest,
  isRecord,
  projectOfEntry,
  type SettingsEdit,
  SettingsRefusal,
} from "./settings-edit.ts";

/** The TOML of Codex. */
export const tomlSettings: SettingsEdit = {
  put: (text, entry) => {
    const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
    const before = read(text);
    const current = entryOf(before);
    let after: string;
    if (current === undefined || hasTablesAlone(current)) {
      const gap = text === "" || text.endsWith("\n") ? "" : lineBreak;
      const block = printEntry(entry).replaceAll("\n", lineBreak);
      after = `${text}${gap}${text === "" ? "" : lineBreak}${block}`;
    } else {
      checkOurs(current);
      after = replaceEntry(text, entry);
    }
    const written = entryOf(readChanged(before, after));
    if (
      !isRecord(written) ||
      written["command"] !== entry.command ||
      JSON.stringify(written["args"]) !== JSON.stringify(entry.args)
    )
      throw unusual();
    return after;
  },
  remove: (text) => {
    const before = read(text);
    const current = entryOf(before);
    if (current === undefined) return text;
    if (!hasTablesAlone(current)) checkOurs(current);
    const after = cutTomlStatements(text, (settings) => entryOf(settings) !== undefined);
    if (entryOf(readChanged(before, after)) !== undefined) throw unusual();
    return after;
  },
  projectOf: (text) => projectOfEntry(entryOf(read(text))),
  finishUndo: (text, whole) => {
    const [before, after] = [readIfToml(whole), readIfToml(text)];
    // A file with a mistake elsewhere.
    if (before === undefined) return text;
    // A key behind the lines of the entry would become one of the table in front of them.
    if (after === undefined || !isSameRest(before, after, "mcp_servers")) return undefined;
    return hasTablesAlone(entryOf(after)) ? tomlSettings.remove(text) : text;
  },
};

/** True for subtables without the entry that they belong to. No client can start a server from them. */
function hasTablesAlone(entry: unknown): boolean {
  return isRecord(entry) && Object.values(entry).every(isRecord);
}

function printEntry({ command, args }: ServerEntry): string {
  return `[mcp_servers.${entryName}]\ncommand = ${quote(command)}\nargs = ${printArgs(args)}\n`;
}

function replaceEntry(text: string, { command, args }: ServerEntry): string {
  const withArgs = text.replace(valueOf("args", String.raw`\[[^\]]*\]`), (_, head: string) => {
    return head + printArgs(args);
  });
  const oneLine = String.raw`"(?:\\.|[^"\\\n])*"|'[^'\n]*'`;
  return withArgs.replace(valueOf("command", oneLine), (_, head: string) => head + quote(command));
}

/** The value of a key of the entry; the group is all that stands before it. */
function valueOf(key: string, value: string): RegExp {
  return new RegExp(
    String.raw`(^\[mcp_servers\.ktx\][^\n]*\n(?:(?![ \t]*\[)[^\n]*\n)*?[ \t]*${key}[ \t]*=[ \t]*)(?:${value})`,
    "m",
  );
}

function printArgs(args: readonly string[]): string {
  return `[${args.map(quote).join(", ")}]`;
}

/** A basic string of TOML, whose escapes are those of JSON but for U+007F. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\u007F", String.raw`\u007F`);
}

function entryOf(settings: Readonly<Record<string, unknown>>): unknown {
  const servers = settings["mcp_servers"];
  return isRecord(servers) ? servers[entryName] : undefined;
}

/** @throws {SettingsRefusal} where the change has another effect than that on the entry. */
function readChanged(
  before: Readonly<Record<string, unknown>>,
  after: string,
): Readonly<Record<string, unknown>> {
  const settings = readIfToml(after);
  // As after a table on one line, which nothing can be added to.
  checkRest(before, settings, "mcp_servers");
  return settings ?? {};
}

function readIfToml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof SettingsRefusal) return undefined;
    throw error;
  }
}

function read(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const place = error instanceof TomlError ? ` from line ${error.line} on` : "";
    throw new SettingsRefusal(`is no TOML${place}. Mend it first.`);
  }
}

function unusual(): SettingsRefusal {
  return new SettingsRefusal(
    "has the entry in a form that cannot be changed safely. Change it by hand.",
  );
}
