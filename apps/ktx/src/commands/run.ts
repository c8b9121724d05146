import {
  toolFailurePolicies,
  type ToolFailurePolicy,
} from "@ktx/codex-runtime/tool-failure-policy";
import { type Command, Option } from "commander";
import type { CliIo } from "../cli-io.ts";
import { watchCalls } from "../supervise/watch-calls.ts";
import type { CommandContext } from "../command-context.ts";
import { createBudgetOptions, readBudgets } from "./budget-options.ts";
import { collect, parseCount, parseMinutes, parseUrl } from "./parse-option.ts";

interface RunFlags {
  readonly tools?: string;
  readonly mcp?: readonly string[];
  readonly mcpEnv?: readonly string[];
  readonly schema?: string;
  readonly image?: readonly string[];
  readonly timeout?: number;
  readonly wait: number;
  readonly onToolFailure?: ToolFailurePolicy;
  readonly role: string;
  readonly model?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
  readonly system?: string;
  readonly projectDir?: string;
  readonly explain?: true;
  readonly json?: true;
}

export function registerRunCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = program
    .command("run")
    .summary("run the model once, with your tools")
    .description(
      "Runs the model with the tools of a module until it finishes or a budget is used up. " +
        "With a schema, the answer is a JSON value of that schema.",
    )
    .argument(
      "[prompt]",
      "the task for the model; - reads it from stdin, and so does a pipe without a prompt",
    )
    .option("--tools <module>", "a TypeScript or JavaScript module that exports tools")
    .option("--mcp <command or url>", "an MCP server whose tools to use; repeatable", collect)
    .option("--mcp-env <name>", "an environment variable for these servers; repeatable", collect)
    .option("--schema <file>", "a JSON Schema, or a module that exports a zod schema")
    .option("--image <file>", "an image that the model sees; more than once for several", collect);
  for (const option of createBudgetOptions(parseCount)) command.addOption(option);
  command
    .option("--timeout <seconds>", "time after which the run stops (900)", parseCount)
    .option("--wait <minutes>", "the longest wait for a usage limit to reset", parseMinutes, 60)
    .addOption(
      new Option(
        "--on-tool-failure <policy>",
        "when a failed tool call fails the run: unless the model recovers (recover, the default), always (fail), never (continue)",
      ).choices(toolFailurePolicies),
    )
    .option("--role <role>", "the role whose model in ktx.yaml to use", "default")
    .option("--model <id>", "a model for this run, instead of that of ktx.yaml")
    .option("--endpoint <url>", "a Responses-compatible service for this run", parseUrl)
    .option("--api-key-env <name>", "the environment variable that holds the API key")
    .option("--system <text>", "instructions that the model reads before the prompt")
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .option("--explain", "print the tools, files and hosts of the run, without running it")
    .option("--json", "print one JSON object")
    .addHelpText("after", exitCodesHelp)
    .action(async (argument: string | undefined, given: RunFlags) => {
      const { json, schema, explain, ...flags } = { ...given, budgets: readBudgets(given) };
      if (explain === true) {
        const { explanation, text } = await services.explainRun({ ...flags, schema });
        io.stdout.write(`${json === true ? JSON.stringify(explanation) : text}\n`);
        return;
      }
      const [{ createLiveSteps }, { LiveAnswer }, { exitCodeOfRun, renderAnswer, renderEnd }] =
        await Promise.all([
          import("../render/live-steps.ts"),
          import("../render/live-answer.ts"),
          import("../render/run-report.ts"),
        ]);
      const prompt = await readPrompt(argument, io);
      // A pipe or a file gets the answer alone, when it is certain; so does a terminal with a checked value.
      const isLive = io.stdout.isTTY === true && json !== true && schema === undefined;
      const answer = isLive ? new LiveAnswer(io) : undefined;
      using observer = createLiveSteps(io, answer);
      const input = { ...flags, prompt, observer: watchCalls(observer, io.userCode) };
      const report =
        schema === undefined
          ? await services.runAgent(input)
          : await services.runObject({ ...input, schema });
      observer[Symbol.dispose]();
      if (!("text" in report && answer?.hasShown(report.text ?? "") === true))
        io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderAnswer(report, io));
      io.stderr.write(renderEnd(report, io));
      exitWith(exitCodeOfRun(report));
    });
}

/** In a terminal no prompt is read: the input would look like the answer to a question. */
async function readPrompt(argument: string | undefined, io: CliIo): Promise<string> {
  const isPiped = argument === undefined && io.stdin.isTTY !== true;
  if (argument !== "-" && !isPiped) return argument ?? "";
  const { readStdin } = await import("../read-stdin.ts");
  return readStdin(io);
}

const exitCodesHelp = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 stopped by a budget or a time
limit, 130 interrupted.`;
