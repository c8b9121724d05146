import type { Command } from "commander";
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
    .option("--timeout <seconds>", "time after which a turn stops (default: 900)", parseCount)
    .addOption(waitOption())
    .addOption(approveOption());
  for (const option of roleOptions("this chat")) command.addOption(option);
  command
    .option("--system <text>", "instructions that the model reads before the first prompt")
    .option("--resume <id>", "continue a conversation on disk; ktx threads lists them")
    .option("--no-keep", "keep the conversation in memory only")
    .addOption(projectDirOption())
    .action(async ({ approve, ...given }: ChatCommandFlags) => {
      const asks = approve === true;
      exitWith(await services.runChat({ ...given, asks, budgets: readBudgets(given) }));
    });
}
