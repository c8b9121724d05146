import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import type { ServeWikiInput } from "../wiki/serve-wiki.ts";
import { parsePort } from "./parse-option.ts";
import { projectDirOption, wikiDirOption } from "./shared-options.ts";

export function registerWikiServeCommand(wiki: Command, { services }: CommandContext): void {
  describeCommand(wiki, "wiki serve")
    .option("--port <port>", "the port at 127.0.0.1 (default: a free one)", parsePort)
    .addOption(wikiDirOption())
    .addOption(projectDirOption())
    .action(async (flags: ServeWikiInput) => services.serveWiki(flags));
}
