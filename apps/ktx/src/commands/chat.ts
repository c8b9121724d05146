import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { createBudgetOptions, readBudgets } from "./budget-options.ts";
import { collect, parseCount, parseMinutes, parseUrl } from "./parse-option.ts";

interface ChatCommandFlags {
  readonly tools?: string;
  readonly mcp?: readonly string[];
  readonly mcpEnv?: readonly string[];
  readonly timeout?: number;
  readonly wait: number;
  readonly role: string;
  readonly model?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
  readonly system?: string;
  readonly keep: boolean;
  readonly resume?: string;
  readonly projectDir?: string;
}

export function registerChatCommand(
  program: Command,
  { services, exitWith }: CommandContext,
): void {
  const command = program
    .command("chat")
    .summary("talk with the model, with your tools")
    .description(
      "Opens a conversation in the terminal; each turn continues the earlier ones. On a pipe, each line of stdin is a prompt.",
    )
    .option("--tools <module>", "a TypeScript or JavaScript module that exports tools")
    .option("--mcp <command or url>", "an MCP server whose tools to use; repeatable", collect)
    .option("--mcp-env <name>", "an environment variable for these servers; repeatable", collect);
  for (const option of createBudgetOptions(parseCount)) command.addOption(option);
  command
    .option("--timeout <seconds>", "time after which a turn stops (900)", parseCount)
    .option("--wait <minutes>", "the longest wait for a usage limit to reset", parseMinutes, 60)
    .option("--role <role>", "the role whose model in ktx.yaml to use", "default")
    .option("--model <id>", "a model for this chat, instead of that of ktx.yaml")
    .option("--endpoint <url>", "a Responses-compatible service for this chat", parseUrl)
    .option("--api-key-env <name>", "the environment variable that holds the API key")
    .option("--system <text>", "instructions that the model reads before the first prompt")
    .option("--resume <id>", "continue a conversation on disk; ktx threads lists them")
    .option("--no-keep", "keep the conversation in memory only")
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .action(async (given: ChatCommandFlags) => {
      exitWith(await services.runChat({ ...given, budgets: readBudgets(given) }));
    });
}
