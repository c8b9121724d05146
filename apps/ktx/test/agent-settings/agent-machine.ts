import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { onTestFinished } from "vitest";
import type { AgentClient } from "../../src/agent-settings/agent-client.ts";
import { type AgentPlan, setUpAgent } from "../../src/agent-settings/set-up-agent.ts";
import { captureIo } from "../capture-io.ts";

/** A home and a project in a folder of their own, with a `ktx` on the PATH. */
export function openMachine() {
  const root = mkdtempSync(join(tmpdir(), "ktx-agents-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const project = join(root, "project");
  const fileOf: Readonly<Record<AgentClient, string>> = {
    codex: join(root, "home/.codex/config.toml"),
    "claude-code": join(project, ".mcp.json"),
    cursor: join(project, ".cursor/mcp.json"),
  };
  const bin = join(root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, ktxProgram), "", { mode: 0o755 });
  const env = { HOME: join(root, "home"), PATH: bin };
  const io = captureIo({ cwd: project, env });
  return {
    root,
    env,
    project,
    fileOf,
    put: async (path: string, text: string | Uint8Array) => {
      await mkdir(project, { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
    setUp: async (
      client: AgentClient,
      {
        undo = false,
        confirm = async () => true,
        wikiDir,
        projectDir,
      }: Partial<{
        undo: boolean;
        confirm: (plan: AgentPlan) => Promise<boolean>;
        wikiDir: string;
        projectDir: string;
      }> = {},
    ) => {
      await mkdir(projectDir ?? project, { recursive: true });
      return await setUpAgent({ client, undo, confirm, wikiDir, projectDir }, io);
    },
  };
}

export const ktxProgram = process.platform === "win32" ? "ktx.cmd" : "ktx";

/** The entry of ktx in the settings of a client. */
export function readEntry(client: AgentClient, text: string): unknown {
  const settings: Record<string, unknown> = client === "codex" ? parse(text) : JSON.parse(text);
  const servers = settings[client === "codex" ? "mcp_servers" : "mcpServers"];
  return Object.entries(servers ?? {}).find(([name]) => name === "ktx")?.[1];
}
