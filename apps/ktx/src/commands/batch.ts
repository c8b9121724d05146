import {
  toolFailurePolicies,
  type ToolFailurePolicy,
} from "@ktx/codex-runtime/tool-failure-policy";
import { type Command, Option } from "commander";
import { interruptedCode } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { createBudgetOptions, readBudgets } from "./budget-options.ts";
import { parseCount, parseDays } from "./parse-option.ts";
import {
  jsonOption,
  projectDirOption,
  type RoleFlags,
  roleOptions,
  toolOptions,
  waitOption,
} from "./shared-options.ts";

interface BatchFlags extends RoleFlags {
  readonly tools?: string;
  readonly mcp?: readonly string[];
  readonly mcpEnv?: readonly string[];
  readonly schema?: string;
  readonly out?: string;
  readonly onlyFailed?: true;
  readonly concurrency: number;
  readonly tokenBudget?: number;
  readonly timeout?: number;
  readonly wait: number;
  readonly onToolFailure?: ToolFailurePolicy;
  readonly system?: string;
  readonly store?: string;
  readonly projectDir?: string;
}

interface StatusFlags {
  readonly store?: string;
  readonly projectDir?: string;
  readonly json?: true;
  readonly watch?: true;
}

interface PruneFlags {
  readonly store?: string;
  readonly projectDir?: string;
  readonly olderThan: number;
}

const minutesOfDay = 1_440;

export function registerBatchCommand(program: Command, context: CommandContext): void {
  const { io, services, exitWith } = context;
  const command = describeCommand(program, "batch");
  for (const option of toolOptions()) command.addOption(option);
  command
    .option(
      "--schema <file>",
      "a JSON Schema, or a module that exports a zod schema, of each answer",
    )
    .option(
      "-o, --out <file>",
      "write the results to a file instead of stdout, once the batch ends",
    )
    .option("--only-failed", "try the failed prompts again, and no others")
    .addOption(
      new Option("--concurrency <n>", "prompts that are asked at once")
        .argParser(parseCount)
        .default(4),
    )
    .option(
      "--token-budget <n>",
      "tokens of all prompts together, after which no prompt starts any more",
      parseCount,
    );
  for (const option of createBudgetOptions(parseCount, "a prompt")) command.addOption(option);
  command
    .option(
      "--timeout <seconds>",
      "time after which a prompt stops; waits for limits do not count (default: 900)",
      parseCount,
    )
    .addOption(waitOption(minutesOfDay))
    .addOption(
      new Option(
        "--on-tool-failure <policy>",
        "when a failed tool call fails a prompt: unless the model recovers (recover, the default), always (fail), never (continue)",
      ).choices(toolFailurePolicies),
    );
  for (const option of roleOptions("this batch")) command.addOption(option);
  command
    .option("--system <text>", "instructions that the model reads before each prompt")
    .addOption(storeOption())
    .addOption(projectDirOption())
    .action(async (prompts: string, given: BatchFlags) => {
      const { performBatch } = await import("../batch/perform-batch.ts");
      const { out, ...flags } = { ...given, budgets: readBudgets(given) };
      const report = await performBatch({ ...flags, prompts, out }, { io, services });
      const { exitCodeOfBatch } = await import("../render/batch-report.ts");
      exitWith(exitCodeOfBatch(report, interruptedCode(io.signal)));
    });
  // Without them, `ktx batch status --tools x` would take an option that does nothing.
  command.enablePositionalOptions();
  registerStatus(command, context);
  registerPrune(command, context);
}

function registerStatus(batch: Command, { io, services, exitWith }: CommandContext): void {
  describeCommand(batch, "batch status")
    .addOption(storeOption())
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .option("--watch", "show it again every second, until Ctrl-C")
    .action(async (_: StatusFlags, command: Command) => {
      // The options that both commands have may stand before `status`, too.
      const { json, watch, store, projectDir } = command.optsWithGlobals<StatusFlags>();
      const { showStatus } = await import("../batch/show-status.ts");
      const flags = { json: json === true, watch: watch === true };
      exitWith(await showStatus({ store, projectDir, ...flags }, { io, services }));
    });
}

function registerPrune(batch: Command, { io }: CommandContext): void {
  describeCommand(batch, "batch prune")
    .addOption(
      new Option("--older-than <days>", "the days since a batch was last added to")
        .argParser(parseDays)
        .default(30),
    )
    .addOption(storeOption())
    .addOption(projectDirOption())
    .action(async (_: PruneFlags, command: Command) => {
      const { olderThan: days, ...flags } = command.optsWithGlobals<PruneFlags>();
      const [{ pruneStore }, { countOf }, { printText }] = await Promise.all([
        import("../batch/prune-store.ts"),
        import("@ktx/config"),
        import("../terminal/print.ts"),
      ]);
      const removed = await pruneStore({ ...flags, days }, io);
      printText(io.stdout, `Removed ${countOf(removed, "unit")}.\n`);
    });
}

function storeOption(): Option {
  return new Option(
    "--store <place>",
    "the store of the answers, instead of .ktx/batch.sqlite: a file, or a variable with the URL of a Postgres database; local for that of the project",
  );
}
