import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { apiKeyEnvOption, endpointOption, jsonOption, projectDirOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface ThreadsFlags {
  readonly projectDir?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
  readonly json?: true;
}

export function registerThreadsCommand(program: Command, context: CommandContext): void {
  const { io, services } = context;
  const threads = describeCommand(program, "threads");
  withOptions(threads).action(async ({ json, ...flags }: ThreadsFlags) => {
    const report = await services.listThreads(flags);
    const { renderThreads } = await import("../render/threads-report.ts");
    if (json === true) printJson(io.stdout, report);
    else printText(io.stdout, renderThreads(report, io));
  });
  withOptions(describeCommand(threads, "threads delete")).action(
    async (ids: readonly string[], _: ThreadsFlags, command: Command) => {
      // Commander gives an option that both commands have to the outer one.
      const { json, ...flags } = command.optsWithGlobals<ThreadsFlags>();
      const report = await services.deleteThreads({ ...flags, ids });
      if (json === true) printJson(io.stdout, report);
      else for (const id of report.deleted) printText(io.stdout, `deleted ${id}\n`);
    },
  );
}

function withOptions(command: Command): Command {
  return command
    .addOption(projectDirOption())
    .addOption(endpointOption("whose conversations to use"))
    .addOption(apiKeyEnvOption())
    .addOption(jsonOption());
}
