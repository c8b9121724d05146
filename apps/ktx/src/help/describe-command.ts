import type { Command } from "commander";
import { wrapText } from "../render/layout.ts";
import { type CommandHelp, type CommandName, commandTable } from "./command-table.ts";
import { formatExamples } from "./format-examples.ts";

/** Adds a command to the program, or to an outer command, with all of its help but the options. */
export function describeCommand(parent: Command, name: CommandName): Command {
  const { argument, summary, description, examples, exitCodes }: CommandHelp = commandTable[name];
  const command = parent
    .command(name.split(" ").at(-1) ?? name)
    .summary(summary)
    .description(description)
    .helpCommand(false)
    .addHelpText("after", ({ error, command: helped }) => {
      const { getErrHelpWidth, getOutHelpWidth } = helped.configureOutput();
      const width = (error ? getErrHelpWidth?.() : getOutHelpWidth?.()) ?? 80;
      const codes = exitCodes === undefined ? "" : wrapText(`Exit codes: ${exitCodes}.`, width);
      return `\n${formatExamples(examples, width)}${codes === "" ? "" : `\n\n${codes}`}`;
    });
  return argument === undefined ? command : command.argument(argument.name, argument.description);
}
