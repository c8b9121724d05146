import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { parseUrl } from "./parse-option.ts";

interface ThreadsFlags {
  readonly projectDir?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
  readonly json?: true;
}

export function registerThreadsCommand(program: Command, context: CommandContext): void {
  const { io, services } = context;
  const threads = program
    .command("threads")
    .summary("list or delete the conversations on disk")
    .description(
      "Lists the conversations that ktx chat, or a program with `persist: true`, has kept on disk for this sign-in and service, the last used one first.",
    );
  withOptions(threads).action(async ({ json, ...flags }: ThreadsFlags) => {
    const report = await services.listThreads(flags);
    const { renderThreads } = await import("../render/threads-report.ts");
    io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderThreads(report, io));
  });
  withOptions(
    threads
      .command("delete")
      .description("Deletes conversations and all their data on disk.")
      .argument("<id...>", "the ids, as `ktx threads` lists them"),
  ).action(async (ids: readonly string[], _: ThreadsFlags, command: Command) => {
    // Commander gives an option that both commands have to the outer one.
    const { json, ...flags } = command.optsWithGlobals<ThreadsFlags>();
    const report = await services.deleteThreads({ ...flags, ids });
    if (json === true) io.stdout.write(`${JSON.stringify(report)}\n`);
    else for (const id of report.deleted) io.stdout.write(`deleted ${id}\n`);
  });
}

function withOptions(command: Command): Command {
  return command
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .option(
      "--endpoint <url>",
      "a service whose conversations to use, instead of ktx.yaml's",
      parseUrl,
    )
    .option("--api-key-env <name>", "the environment variable that holds the API key")
    .option("--json", "print one JSON object");
}
