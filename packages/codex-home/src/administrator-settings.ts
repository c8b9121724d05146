import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";

/** The folder of an administrator's Codex configuration for the whole machine, which every Codex home obeys. */
export function machineFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  return platform === "win32"
    ? join(env["ProgramData"] ?? "C:\\ProgramData", "OpenAI", "Codex")
    : "/etc/codex";
}

/**
 * Settings that keep the MCP servers of the machine's configuration out of a run. Codex merges maps of settings, so
 * each server is turned off by its name.
 */
export async function readMachineServersOff(
  folder: string,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(folder, "config.toml"), "utf8").catch(() => "");
  const servers = parseToml(text)?.["mcp_servers"];
  if (typeof servers !== "object" || servers === null) return {};
  const names = Object.keys(servers).filter((name) => /^[\w-]+$/.test(name));
  return Object.fromEntries(names.map((name) => [name, { enabled: false }]));
}

/** A configuration as an object; undefined for any other text, which Codex itself reports. */
export function parseToml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
