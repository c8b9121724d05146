import { homedir } from "node:os";
import { join } from "node:path";
import type { CliIo } from "../cli-io.ts";
import type { KtxCommand } from "./find-ktx-command.ts";

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

export interface AgentPlace {
  readonly projectDir: string;
  readonly wikiDir?: string | undefined;
  readonly ktx: Pick<KtxCommand, "command" | "args">;
}

/**
 * The settings of a client. Codex has one file for all projects, so that its entry names the project; the two others have
 * a file in the project, which a team shares.
 *
 * Sources: developers.openai.com/codex/mcp (`[mcp_servers.<name>]` of `~/.codex/config.toml`, or of `CODEX_HOME`),
 * code.claude.com/docs/en/mcp (project scope: `.mcp.json` at the project's root, which the user approves once),
 * cursor.com/docs/mcp (`.cursor/mcp.json` of the project; `${workspaceFolder}` in `args` is the folder that holds it).
 */
export function settingsOf(
  client: AgentClient,
  { projectDir, wikiDir, ktx }: AgentPlace,
  env: CliIo["env"],
): ClientSettings {
  const folder = wikiDir === undefined ? [] : ["--wiki-dir", wikiDir];
  const entry = (...args: readonly string[]): ServerEntry => ({
    command: ktx.command,
    args: [...ktx.args, "mcp", ...args, ...folder],
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
