import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import type { WikiPlace } from "../wiki/open-project-wiki.ts";
import { parsePort } from "./parse-option.ts";
import { projectDirOption, wikiDirOption } from "./shared-options.ts";

interface McpFlags extends WikiPlace {
  readonly write?: true;
  readonly http?: true;
  readonly port?: number;
}

export function registerMcpCommand(program: Command, { services }: CommandContext): void {
  describeCommand(program, "mcp")
    .option(
      "--write",
      "offer page_write too, and let clients read every file of the project but hidden ones",
    )
    .option("--http", "serve at a port of 127.0.0.1 to clients with the token of KTX_MCP_TOKEN")
    .option("--port <port>", "the port for --http (default: a free one)", parsePort)
    .addOption(wikiDirOption())
    .addOption(projectDirOption())
    .action(async ({ http, port, ...flags }: McpFlags) => {
      if (port !== undefined && http === undefined)
        throw usageError("--port is of use with --http alone.", {
          next: "Add --http, or leave --port out.",
        });
      await services.serveMcp({ ...flags, ...(http === true && { port: port ?? 0 }) });
    });
}
