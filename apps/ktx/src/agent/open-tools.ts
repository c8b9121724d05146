import { codexToolNames } from "@ktx/codex-runtime";
import { connectMcpTools, type McpServer, type McpTools, type ToolSet } from "@ktx/mcp-bridge";
import { type CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { loadTools } from "./load-tools.ts";
import { splitCommand } from "./split-command.ts";

export interface ToolSources {
  /** The path of a module that exports tools. */
  readonly tools?: string | undefined;
  /** MCP servers: a command line or an address each. */
  readonly mcp?: readonly string[] | undefined;
  /** The names of the variables that the programs among these servers get. */
  readonly mcpEnv?: readonly string[] | undefined;
}

/** One MCP server of a run. */
export interface UsedServer {
  /** The command or address, as the user gave it. */
  readonly server: string;
  /** Its tools, by the names that the model knows. */
  readonly tools: readonly string[];
}

/** The tools of a run. Disposing them ends the MCP servers. */
export interface OpenTools extends AsyncDisposable {
  readonly toolSet: ToolSet;
  /** All of them, by the names that the model knows. */
  readonly names: readonly string[];
  readonly servers: readonly UsedServer[];
}

/**
 * Loads the user's module and connects the MCP servers, which start at the same time.
 *
 * @throws {CliError} for a server that is neither a command nor an address, or a variable that is not set; the errors of
 * `loadTools` and `connectMcpTools`; `ToolBridgeError` for two tools of one name.
 */
export async function openTools(
  { tools, mcp = [], mcpEnv = [] }: ToolSources,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode">,
  timeoutMs: number | undefined,
): Promise<OpenTools> {
  const { cwd, env, signal, userCode } = io;
  const given = Object.fromEntries(mcpEnv.map((name) => [name, variable(name, env)]));
  const servers = mcp.map((server) => serverOf(server, { cwd, env: given }));
  const own =
    tools === undefined ? {} : await loadTools({ path: tools, cwd, timeoutMs, signal, userCode });
  const limit = timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs };
  const connecting = servers.map((server) =>
    connectMcpTools(server, { hostEnv: env, signal, ...limit }),
  );
  const settled = await Promise.allSettled(connecting);
  const connected = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    const failed = settled.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const toolSet: ToolSet = Object.assign({}, own, ...connected.map((one) => one.toolSet));
    return {
      toolSet,
      names: codexToolNames(toolSet),
      servers: connected.map((one, index) => ({
        server: mcp[index] ?? "",
        tools: codexToolNames(one.toolSet),
      })),
      [Symbol.asyncDispose]: () => endAll(connected),
    };
  } catch (error) {
    await endAll(connected);
    throw error;
  }
}

function serverOf(
  server: string,
  program: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): McpServer {
  if (/^https?:\/\//i.test(server)) return { url: server };
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(server)?.[1];
  if (scheme !== undefined)
    throw notAServer(`an address of ${scheme}`, "Give the http or https address of the server.");
  const words = splitCommand(server);
  if (words === undefined)
    throw notAServer(
      "a command with an open quote",
      "Close the quote, or put a backslash before a quote that is part of a word.",
    );
  const [command, ...args] = words;
  if (command !== undefined) return { command, args, ...program };
  throw notAServer(
    "an empty text",
    'Quote the command as one argument: --mcp "npx -y some-server ./docs".',
  );
}

function notAServer(got: string, next: string): CliError {
  return usageError(`Expected --mcp to be a command or an http address, got ${got}.`, { next });
}

function variable(name: string, env: CliIo["env"]): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw usageError(`Expected --mcp-env to name a variable that is set, got ${name}.`, {
    next: `Set ${name}, or leave it out.`,
  });
}

async function endAll(servers: readonly McpTools[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
