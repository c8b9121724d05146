import {
  type BridgedTool,
  serveOverStdio,
  startToolBridge,
  ToolBridgeError,
} from "@ktx/mcp-bridge";
import {
  pageWriteTool,
  type Sources,
  sourceReadTool,
  type Wiki,
  wikiReadTool,
  wikiSearchTool,
  wikiWhyTool,
} from "@ktx/wiki";
import { once } from "node:events";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { printText } from "../terminal/print.ts";
import { isHidden, openProjectWiki, type WikiPlace } from "./open-project-wiki.ts";

export interface ServeMcpInput extends WikiPlace {
  /** Offers `page_write`, too, and the text of every file of the project. */
  readonly write?: boolean | undefined;
  /** A port of 127.0.0.1; 0 for a free one. Without it, stdin and stdout carry the protocol. */
  readonly port?: number | undefined;
}

/** The variable that holds the token of `ktx mcp --http`. */
const mcpTokenVariable = "KTX_MCP_TOKEN";

/** Serves the wiki to an MCP client until the client leaves, or the user interrupts. */
export async function serveMcp(input: ServeMcpInput, io: CliIo): Promise<void> {
  const { write = false, port } = input;
  await using wiki = await openProjectWiki(input, io, write);
  const tools = toolsOf(wiki, write);
  const toolSet = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
  if (port === undefined) {
    await serveOverStdio({ toolSet, input: io.stdin, output: io.stdout, signal: io.signal });
    io.signal.throwIfAborted();
    return;
  }
  const bearerToken = readToken(io.env);
  try {
    await using bridge = await startToolBridge({
      projectDir: io.cwd,
      toolSet,
      port,
      bearerToken,
      signal: io.signal,
    });
    printText(
      io.stderr,
      `Serving ${tools.length} tools at ${bridge.url}\nClients send the token of ${mcpTokenVariable} as a bearer token. Ctrl-C ends the server.\n`,
    );
    if (!io.signal.aborted) await once(io.signal, "abort");
  } catch (error) {
    if (!(error instanceof ToolBridgeError)) throw error;
    throw new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
  }
  io.signal.throwIfAborted();
}

function toolsOf(wiki: Wiki, write: boolean): readonly BridgedTool[] {
  const sources = visibleSources(wiki, write);
  const updated = (): string => new Date().toISOString().slice(0, 10);
  return [
    wikiSearchTool(wiki),
    wikiReadTool(wiki, { showsVersion: write, folder: wiki.folder }),
    wikiWhyTool(wiki, { folder: wiki.folder }),
    sourceReadTool(sources),
    ...(write ? [pageWriteTool({ sink: wiki, sources, folder: wiki.folder, updated })] : []),
  ];
}

/** Files that a page cites; a client that may write cites others too. Files such as `.env` are never shown. */
function visibleSources(wiki: Wiki, write: boolean): Sources {
  return {
    read: async (path) => {
      if (isHidden(path)) return undefined;
      if (!write && (await wiki.usedBy(path)).length === 0) return undefined;
      return await wiki.sources.read(path);
    },
  };
}

function readToken(env: CliIo["env"]): string {
  const token = env[mcpTokenVariable];
  if (token !== undefined && /^[\w-]{32,512}$/.test(token)) return token;
  throw usageError(
    token === undefined
      ? `ktx mcp --http needs a token in ${mcpTokenVariable}, which is not set.`
      : `Expected 32 to 512 letters, digits, "_" or "-" in ${mcpTokenVariable}, got a value of ${token.length} characters.`,
    {
      why: "Every program of this machine can reach the port; the token lets only yours in.",
      next: `Make one: export ${mcpTokenVariable}=$(openssl rand -hex 32)`,
    },
  );
}
