import { type Command, Option } from "commander";
import { type AgentClient, agentClients } from "../agent-settings/agent-client.ts";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { exitCodes } from "../exit-code.ts";
import type { SetupReport } from "../setup/apply-setup.ts";
import { endpointPresets } from "../setup/endpoint-presets.ts";
import type { SetupFlags } from "../setup/setup-flags.ts";
import {
  apiKeyEnvOption,
  effortOption,
  projectDirOption,
  wikiDirOption,
} from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface SetupOptions extends SetupFlags {
  /** False with `--no-input`. */
  readonly input: boolean;
  readonly yes?: true;
  readonly json?: true;
  readonly agents?: AgentClient;
  readonly undo?: true;
  readonly wikiDir?: string;
}

export function registerSetupCommand(program: Command, context: CommandContext): void {
  const { io, services, exitWith } = context;
  describeCommand(program, "setup")
    .option("--llm-backend <name>", "codex (the default) or none")
    .addOption(
      new Option("--login <way>", "sign in to Codex first; a key is read from stdin").choices(
        loginWays,
      ),
    )
    .addOption(apiKeyEnvOption())
    .option(
      "--endpoint <url>",
      `another service: a URL, or ${endpointPresets.map(({ id }) => id).join(", ")}`,
    )
    .option("--llm-model <id>", "codex, default, gpt-* or codex-*; any id with an endpoint")
    .addOption(effortOption())
    .option("--isolation <mode>", "strict (the default) or host")
    .option("--no-input", "ask nothing")
    .option("--yes", "the same as --no-input")
    .option("--probe", "with --yes: run one turn, which costs a few tokens")
    .option("--no-probe", "do not offer to run a turn")
    .addOption(
      new Option(
        "--agents <client>",
        "instead: let this agent start ktx mcp; shows the change of its settings first",
      ).choices(agentClients),
    )
    .option("--undo", "with --agents: take that change back")
    .addOption(wikiDirOption())
    .addOption(projectDirOption())
    .option("--json", "print one JSON object; asks nothing")
    .action(async (options: SetupOptions) => {
      const { input, yes, json, agents, undo = false, wikiDir, ...flags } = options;
      if (agents !== undefined) {
        const { setUpAgents } = await import("./setup-agents.ts");
        const { projectDir } = flags;
        const place = { client: agents, undo, projectDir, wikiDir };
        const isSure = yes === true || !input;
        await setUpAgents({ ...place, yes: isSure, json: json === true }, context);
        return;
      }
      if (undo)
        throw usageError("--undo is of use with --agents alone.", {
          next: "Name the agent: ktx setup --agents codex --undo",
        });
      const asks = input && yes === undefined && json === undefined;
      if (asks) requireTerminal(io);
      const report = asks ? await services.askAndSetUp(flags) : await services.setUp(flags);
      if ("cancelled" in report) {
        printText(io.stderr, `Cancelled. ${report.unwritten}\n`);
        exitWith(exitCodes.interrupted);
        return;
      }
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderSetup(report));
      if (!asks && json === undefined) printText(io.stderr, renderMissing(report));
      // The turn was asked for, and there was none or it failed.
      if (!asks && flags.probe === true && report.missing.length > 0) exitWith(exitCodes.failed);
    });
}

const loginWays = [
  "chatgpt",
  "device",
  "api-key",
] as const satisfies readonly SetupFlags["login"][];

function renderSetup({ configFile, outcome, model, modelFrom }: SetupReport): string {
  const advice =
    modelFrom === "default" ? " (the default of ktx; --llm-model chooses another)" : "";
  return `${outcome} ${configFile}${model === null ? "" : `, with the model ${model}${advice}`}\n`;
}

/** Setup with questions shows the same in its own frame. */
function renderMissing({ missing, next }: SetupReport): string {
  return [...missing.map(({ what }) => `Missing: ${what}`), `Next: ${next}`].join("\n") + "\n";
}

function requireTerminal({ stdin, stderr }: CliIo): void {
  if (stdin.isTTY === true && stderr.isTTY === true) return;
  throw usageError("Setup asks its questions in a terminal, and this is not one.", {
    next: "Give the answers on the command line: ktx setup --yes, with flags for what differs (ktx setup --help)",
  });
}
