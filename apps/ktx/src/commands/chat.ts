import type { Command } from "commander";
import { quoteWord } from "../chat/resume-command.ts";
import { type CliError, usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { createBudgetOptions, readBudgets } from "./budget-options.ts";
import { parseCount } from "./parse-option.ts";
import {
  approveOption,
  projectDirOption,
  type RoleFlags,
  roleOptions,
  toolOptions,
  waitOption,
} from "./shared-options.ts";

interface ChatCommandFlags extends RoleFlags {
  readonly tools?: string;
  readonly mcp?: readonly string[];
  readonly mcpEnv?: readonly string[];
  readonly timeout?: number;
  readonly wait: number;
  readonly system?: string;
  readonly approve?: true;
  readonly keep: boolean;
  readonly resume?: string;
  readonly projectDir?: string;
}

export function registerChatCommand(
  program: Command,
  { services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "chat");
  for (const option of [...toolOptions(), ...createBudgetOptions(parseCount)])
    command.addOption(option);
  command
    .option(
      "--timeout <seconds>",
      "time after which a turn stops, its waits for limits included (default: 900)",
      parseCount,
    )
    .addOption(waitOption(60, "; within a turn, --timeout bounds it, too"))
    .addOption(approveOption());
  for (const option of roleOptions("this chat")) command.addOption(option);
  command
    .option("--system <text>", "instructions that the model reads before the first prompt")
    .option("--resume <id>", "continue a conversation on disk; ktx threads lists them")
    .option("--no-keep", "keep the conversation in memory only")
    .addOption(projectDirOption())
    .allowExcessArguments()
    .action(async ({ approve, ...given }: ChatCommandFlags, { args }: Command) => {
      if (args.length > 0) throw takesNoPrompt(args.join(" "));
      const asks = approve === true;
      exitWith(await services.runChat({ ...given, asks, budgets: readBudgets(given) }));
    });
}

function takesNoPrompt(prompt: string): CliError {
  return usageError(`Expected no argument, got ${JSON.stringify(prompt)}.`, {
    why: "A chat reads its prompts from the terminal, or from stdin.",
    next: `Ask once: ktx run ${quoteWord(prompt)}\nOr run ktx chat, and type the prompt there.`,
  });
}
