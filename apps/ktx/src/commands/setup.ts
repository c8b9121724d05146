import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { exitCodes } from "../exit-code.ts";
import type { SetupReport } from "../setup/apply-setup.ts";
import { projectDirOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface SetupOptions {
  readonly llmBackend?: string;
  readonly llmModel?: string;
  /** False with `--no-input`. */
  readonly input: boolean;
  /** False with `--no-probe`. */
  readonly probe: boolean;
  readonly yes?: true;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerSetupCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  describeCommand(program, "setup")
    .option("--llm-backend <name>", "codex (the default) or none")
    .option("--llm-model <id>", "codex, default, gpt-* or codex-*")
    .option("--no-input", "ask nothing")
    .option("--yes", "the same as --no-input")
    .option("--no-probe", "do not offer to run a turn")
    .addOption(projectDirOption())
    .option("--json", "print one JSON object; asks nothing")
    .action(async (options: SetupOptions) => {
      const { input, yes, json, probe, projectDir, ...flags } = options;
      const asks = input && yes === undefined && json === undefined;
      if (asks) requireTerminal(io);
      const report = asks
        ? await services.askAndSetUp({ projectDir, probe })
        : await services.setUp({ ...flags, projectDir });
      if (report === undefined) {
        io.stderr.write("Cancelled. ktx.yaml is unchanged.\n");
        exitWith(exitCodes.interrupted);
        return;
      }
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderSetup(report));
    });
}

function renderSetup({ configFile, outcome, model, modelFrom }: SetupReport): string {
  const advice = modelFrom === "default" ? " (Codex's default; --llm-model chooses another)" : "";
  return `${outcome} ${configFile}${model === null ? "" : `, with the model ${model}${advice}`}\n`;
}

function requireTerminal({ stdin, stderr }: CliIo): void {
  if (stdin.isTTY === true && stderr.isTTY === true) return;
  throw usageError("Setup asks its questions in a terminal, and this is not one.", {
    next: "Give the answers on the command line: ktx setup --llm-backend codex --llm-model <id> --no-input",
  });
}
