import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { printJson, printText } from "../terminal/print.ts";
import { jsonOption, projectDirOption } from "./shared-options.ts";

export function registerLogsCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "logs")
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json?: true }) => {
      const report = await services.readLogs();
      const { renderLogs } = await import("../render/logs-report.ts");
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderLogs(report, io));
    });
}

interface ReportBugFlags {
  readonly output?: string;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerReportBugCommand(program: Command, context: CommandContext): void {
  const { io, services } = context;
  describeCommand(program, "report-bug")
    .option("-o, --output <file>", "the file, instead of a new one in this folder")
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async ({ json, ...flags }: ReportBugFlags) => {
      const outcome = await services.reportBug(flags);
      const { renderBugReport } = await import("../render/logs-report.ts");
      if (json === true) printJson(io.stdout, outcome);
      else printText(io.stdout, renderBugReport(outcome, io));
    });
}
