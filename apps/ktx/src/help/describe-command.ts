import { Argument, type Command } from "commander";
import { wrapText } from "../render/layout.ts";
import type { CommandHelp } from "./command-help.ts";
import { type CommandName, commandTable } from "./command-table.ts";
import { formatExamples } from "./format-examples.ts";

/**
 * Adds a command to the program, or to an outer command, with all of its help but the options.
 *
 * @param refine what the command itself adds to its argument, such as choices.
 */
export function describeCommand(
  parent: Command,
  name: CommandName,
  refine: (argument: Argument) => Argument = (argument) => argument,
): Command {
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
  if (argument === undefined) return command;
  return command.addArgument(refine(new Argument(argument.name, argument.description)));
}
