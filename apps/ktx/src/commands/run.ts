import {
  toolFailurePolicies,
  type ToolFailurePolicy,
} from "@ktx/codex-runtime/tool-failure-policy";
import { type Command, Option } from "commander";
import { type CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { parseThreadName } from "../threads/parse-thread-name.ts";
import { createBudgetOptions, readBudgets } from "./budget-options.ts";
import { jsonLine, textFor } from "../terminal/print.ts";
import { collect, parseCount } from "./parse-option.ts";
import {
  approveOption,
  jsonOption,
  projectDirOption,
  type RoleFlags,
  roleOptions,
  toolOptions,
  waitOption,
} from "./shared-options.ts";

interface RunFlags extends RoleFlags {
  readonly tools?: string;
  readonly mcp?: readonly string[];
  readonly mcpEnv?: readonly string[];
  readonly schema?: string;
  readonly image?: readonly string[];
  readonly timeout?: number;
  readonly wait: number;
  readonly onToolFailure?: ToolFailurePolicy;
  readonly approve?: true;
  readonly system?: string;
  readonly thread?: string;
  readonly projectDir?: string;
  readonly output?: string;
  readonly record?: string;
  readonly open?: true;
  readonly explain?: true;
  readonly json?: true;
}

export function registerRunCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "run");
  for (const option of toolOptions()) command.addOption(option);
  command
    .option("--schema <file>", "a JSON Schema, or a module that exports a zod schema")
    .option("--image <file>", "an image that the model sees; more than once for several", collect);
  for (const option of createBudgetOptions(parseCount)) command.addOption(option);
  command
    .option(
      "--timeout <seconds>",
      "time after which the run stops; only --wait bounds a longer wait for a limit (default: 900)",
      parseCount,
    )
    .addOption(waitOption(60, "; with --thread, --timeout bounds it, too"))
    .addOption(
      new Option(
        "--on-tool-failure <policy>",
        "when a failed tool call fails the run: unless the model recovers (recover, the default), always (fail), never (continue)",
      ).choices(toolFailurePolicies),
    )
    .addOption(approveOption());
  for (const option of roleOptions("this run")) command.addOption(option);
  command
    .option("--system <text>", "instructions that the model reads before the prompt")
    .option("--thread <name>", "begin or continue a conversation on disk", parseThreadName)
    .addOption(projectDirOption())
    .option("-o, --output <file>", "write the answer to a file instead of stdout")
    .option(
      "--record <file>",
      "write the run to a file that `ktx replay` shows again, without secrets",
    )
    .option("--open", "show the run as a page in the browser, which `.ktx/reports` keeps")
    .option("--explain", "print the tools, files and hosts of the run, without running it")
    .addOption(jsonOption())
    .action(async (argument: string | undefined, given: RunFlags) => {
      const { json, schema, explain, output, approve, ...flags } = {
        ...given,
        budgets: readBudgets(given),
      };
      const [{ openAnswerOutput }, { isOneFile }, { performRun }] = await Promise.all([
        import("../output/answer-output.ts"),
        import("../output/file-behind.ts"),
        import("../agent/perform-run.ts"),
      ]);
      const { record } = flags;
      if (output !== undefined && record !== undefined && (await isOneFile(output, record, io.cwd)))
        throw oneFileForTwo(output, record);
      const answerOutput = await openAnswerOutput(output, io);
      if (explain === true) {
        if (flags.thread !== undefined) throw cannotExplain();
        if (flags.open === true) throw cannotOpen();
        const { explanation, text } = await services.explainRun({ ...flags, schema });
        const shown = answerOutput.isFile ? `${text}\n` : textFor(io.stdout, `${text}\n`);
        await answerOutput.write(json === true ? jsonLine(explanation) : shown);
        return;
      }
      const asks = approve === true;
      if (asks) {
        const { requireAnswers } = await import("../approve/ask-in-terminal.ts");
        requireAnswers(io, argument);
      }
      const prompt = await readPrompt(argument, io);
      const opens = flags.open === true;
      const task = { ...flags, prompt, schema, isJson: json === true, answerOutput, asks, opens };
      exitWith(await performRun(task, { io, services }));
    });
}

function oneFileForTwo(output: string, record: string): CliError {
  const got =
    output === record ? `${output} for both` : `${output} and ${record}, which are one file`;
  return usageError(`Expected two files for --output and --record, got ${got}.`, {
    why: "The answer would replace the recording.",
    next: "Name another file for one of them.",
  });
}

function cannotExplain(): CliError {
  return usageError("Expected --explain without --thread, got both.", {
    why: "An explanation reads nothing of a conversation on disk.",
    next: "Leave out --thread.",
  });
}

function cannotOpen(): CliError {
  return usageError("Expected --explain without --open, got both.", {
    why: "An explanation runs nothing, so there is no run to show.",
    next: "Leave out one of them.",
  });
}

/** In a terminal no prompt is read: the input would look like the answer to a question. */
async function readPrompt(argument: string | undefined, io: CliIo): Promise<string> {
  const isPiped = argument === undefined && io.stdin.isTTY !== true;
  if (argument !== "-" && !isPiped) return argument ?? "";
  const { readStdin } = await import("../read-stdin.ts");
  return readStdin(io);
}
