import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { apiKeyEnvOption, endpointOption, jsonOption, projectDirOption } from "./shared-options.ts";

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
    io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderThreads(report, io));
  });
  withOptions(describeCommand(threads, "threads delete")).action(
    async (ids: readonly string[], _: ThreadsFlags, command: Command) => {
      // Commander gives an option that both commands have to the outer one.
      const { json, ...flags } = command.optsWithGlobals<ThreadsFlags>();
      const report = await services.deleteThreads({ ...flags, ids });
      if (json === true) io.stdout.write(`${JSON.stringify(report)}\n`);
      else for (const id of report.deleted) io.stdout.write(`deleted ${id}\n`);
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
