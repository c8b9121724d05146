import { homedir } from "node:os";
import { join } from "node:path";
import type { CliIo } from "../cli-io.ts";

/** The agents whose settings `ktx setup --agents` changes. */
export const agentClients = ["codex", "claude-code", "cursor"] as const;

export type AgentClient = (typeof agentClients)[number];

/** The place and form of a client's entry for an MCP server. */
export interface ClientSettings {
  readonly file: string;
  readonly format: "toml" | "json";
  readonly entry: ServerEntry;
}

export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The settings of a client, as its documentation has them. Codex has one file for all projects, so that its entry names
 * the project; the two others have a file in the project, which a team shares.
 */
export function settingsOf(
  client: AgentClient,
  { projectDir, wikiDir }: { readonly projectDir: string; readonly wikiDir?: string | undefined },
  env: CliIo["env"],
): ClientSettings {
  const folder = wikiDir === undefined ? [] : ["--wiki-dir", wikiDir];
  const entry = (...args: readonly string[]): ServerEntry => ({
    command: "ktx",
    args: ["mcp", ...args, ...folder],
  });
  switch (client) {
    case "codex": {
      const home =
        env["CODEX_HOME"] || join(env["HOME"] || env["USERPROFILE"] || homedir(), ".codex");
      return {
        file: join(home, "config.toml"),
        format: "toml",
        entry: entry("--project-dir", projectDir),
      };
    }
    case "claude-code":
      return { file: join(projectDir, ".mcp.json"), format: "json", entry: entry() };
    case "cursor":
      return {
        file: join(projectDir, ".cursor", "mcp.json"),
        format: "json",
        entry: entry("--project-dir", "${workspaceFolder}"),
      };
  }
}
