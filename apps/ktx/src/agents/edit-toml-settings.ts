import { parse, TomlError } from "smol-toml";
import type { ServerEntry } from "./agent-client.ts";
import {
  checkOurs,
  checkRest,
  entryName,
  isRecord,
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
    if (current === undefined) {
      const gap = text === "" || text.endsWith("\n") ? "" : lineBreak;
      const block = printEntry(entry).replaceAll("\n", lineBreak);
      after = `${text}${gap}${text === "" ? "" : lineBreak}${block}`;
    } else {
      checkOurs(current);
      after = replaceEntry(text, entry);
    }
    checkRest(before, read(after), "mcp_servers");
    const written = entryOf(read(after));
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
    checkOurs(current);
    const after = text.replaceAll(
      /(?:^|(?:\r?\n)?(?<=\n))\[mcp_servers\.ktx(?:\.[^\]\n]*)?\][^\n]*(?:\n(?![ \t]*\[)[^\n]*)*\n?/g,
      "",
    );
    checkRest(before, read(after), "mcp_servers");
    if (entryOf(read(after)) !== undefined) throw unusual();
    return after;
  },
};

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
