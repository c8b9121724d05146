import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { exitCodes } from "../exit-code.ts";
import { jsonOption, projectDirOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface ConfigFlags {
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerConfigCommand(program: Command, context: CommandContext): void {
  const config = describeCommand(program, "config");
  registerShow(config, context);
  registerCheck(config, context);
}

function registerShow(config: Command, { io, services, exitWith }: CommandContext): void {
  withOptions(describeCommand(config, "config show")).action(
    async ({ json, ...flags }: ConfigFlags) => {
      const report = await services.checkConfig(flags);
      const { renderConfig, renderProblems } = await import("../render/config-report.ts");
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderConfig(report, io));
      if (json !== true && report.problems.length > 0)
        printText(io.stderr, renderProblems(report, { stdout: io.stderr }));
      if (report.config === null) exitWith(exitCodes.failed);
    },
  );
}

function registerCheck(config: Command, { io, services, exitWith }: CommandContext): void {
  withOptions(describeCommand(config, "config check")).action(
    async ({ json, ...flags }: ConfigFlags) => {
      const report = await services.checkConfig(flags);
      const { renderConfigCheck } = await import("../render/config-report.ts");
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderConfigCheck(report, io));
      if (report.config === null) exitWith(exitCodes.failed);
    },
  );
}

function withOptions(command: Command): Command {
  return command.addOption(projectDirOption()).addOption(jsonOption());
}
