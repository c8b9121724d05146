import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";

interface ConfigFlags {
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerConfigCommand(program: Command, context: CommandContext): void {
  const config = program
    .command("config")
    .summary("show or check ktx.yaml")
    .description("Shows or checks ktx.yaml.");
  registerShow(config, context);
  registerCheck(config, context);
}

function registerShow(config: Command, { io, services, exitWith }: CommandContext): void {
  withOptions(
    config
      .command("show")
      .description("Shows the configuration with all defaults, and its source."),
  ).action(async ({ json, ...flags }: ConfigFlags) => {
    const report = await services.checkConfig(flags);
    const { renderConfig, renderProblems } = await import("../render/config-report.ts");
    io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderConfig(report, io));
    if (json !== true && report.problems.length > 0)
      io.stderr.write(renderProblems(report, { stdout: io.stderr }));
    if (report.config === null) exitWith(exitCodes.failed);
  });
}

function registerCheck(config: Command, { io, services, exitWith }: CommandContext): void {
  withOptions(
    config
      .command("check")
      .description(
        "Lists each problem of ktx.yaml with its place, the expected value, and the fix.",
      ),
  ).action(async ({ json, ...flags }: ConfigFlags) => {
    const report = await services.checkConfig(flags);
    const { renderConfigCheck } = await import("../render/config-report.ts");
    io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderConfigCheck(report, io));
    if (report.config === null) exitWith(exitCodes.failed);
  });
}

function withOptions(command: Command): Command {
  return command
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .option("--json", "print one JSON object");
}
