import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { jsonOption, projectDirOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface StatusFlags {
  readonly probe: boolean;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerStatusCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  describeCommand(program, "status")
    .option("--no-probe", "do not run a turn")
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async ({ json, ...flags }: StatusFlags) => {
      const [{ startProgress }, { renderStatus }] = await Promise.all([
        import("../render/progress.ts"),
        import("../render/status-report.ts"),
      ]);
      const isInteractive = io.stdin.isTTY === true && io.stdout.isTTY === true && json !== true;
      let progress: Disposable | undefined;
      const onProbe = (model: string): void => {
        progress = startProgress(`Running one turn on ${model}`, io);
      };
      const report = await services
        .readStatus({ ...flags, isInteractive, onProbe })
        .finally(() => progress?.[Symbol.dispose]());
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderStatus(report, io));
      exitWith(report.exitCode);
    });
}
