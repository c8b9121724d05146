import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { printText } from "../terminal/print.ts";

interface ReportFlags {
  readonly out?: string;
  readonly open?: true;
}

export function registerReportCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "report")
    .option("--out <file>", "the page (default: the name of the file, with .html, in this folder)")
    .option("--open", "show it in the browser")
    .action(async (file: string, { out, open }: ReportFlags) => {
      const { path, problem } = await services.writeReport({ file, out, open: open === true });
      printText(io.stdout, `${path}\n`);
      if (problem !== undefined)
        printText(io.stderr, `note:  ${problem} Open the file in a browser.\n`);
    });
}
