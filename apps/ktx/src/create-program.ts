import { Command, CommanderError, type Option } from "commander";
import type { CommandContext } from "./command-context.ts";
import { registerBatchCommand } from "./commands/batch.ts";
import { registerChatCommand } from "./commands/chat.ts";
import { registerCompletionCommand } from "./commands/completion.ts";
import { registerConfigCommand } from "./commands/config.ts";
import { registerDemoCommand } from "./commands/demo.ts";
import { registerIngestCommand } from "./commands/ingest.ts";
import { registerLogsCommand, registerReportBugCommand } from "./commands/logs.ts";
import { registerLoginCommand, registerLogoutCommand } from "./commands/login.ts";
import { registerMcpCommand } from "./commands/mcp.ts";
import { registerModelsCommand } from "./commands/models.ts";
import { registerRememberCommand } from "./commands/remember.ts";
import { registerScanCommand } from "./commands/scan.ts";
import { registerRunCommand } from "./commands/run.ts";
import { registerReplayCommand } from "./commands/replay.ts";
import { registerReportCommand } from "./commands/report.ts";
import { registerSetupCommand } from "./commands/setup.ts";
import { registerSimCommand } from "./commands/sim.ts";
import { registerStatusCommand } from "./commands/status.ts";
import { registerThreadsCommand } from "./commands/threads.ts";
import { exitCodes } from "./exit-code.ts";
import { registerWikiCommand } from "./commands/wiki.ts";
import { registerWorkerCommand } from "./commands/worker.ts";
import type { CommandName } from "./help/command-table.ts";
import { formatRow } from "./help/format-row.ts";
import { rootHelp } from "./help/root-help.ts";
import { wrapText } from "./render/layout.ts";
import { textWidth } from "./render/text-width.ts";
import { printText } from "./terminal/print.ts";

/**
 * The program with all its commands. It writes to the given streams and never exits by itself.
 *
 * @param finish gives an error of the command line as it is printed. @default the same
 */
export function createProgram(
  context: CommandContext,
  finish: (message: string) => string = (message) => message,
): Command {
  const { io } = context;
  const program = new Command("ktx")
    .option("-V, --version", "print the versions of ktx, Codex and Node")
    .on("option:version", () => {
      throw new CommanderError(exitCodes.done, versionAsked, "");
    })
    .option("--verbose", "show the stack of an error")
    .option("--plain", "print without colours, Markdown layout and moving lines")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: globalOptionsOf,
      minWidthToWrap: 1,
      styleUsage: (usage) => wrapText(usage, textWidth(io.stdout), " ".repeat(7)).trimStart(),
      formatItem: (term, termWidth, description, { helpWidth }) =>
        formatRow({ term, description, termWidth, width: helpWidth ?? 80 }),
    })
    .configureOutput({
      writeOut: (text) => printText(io.stdout, text),
      writeErr: (text) => printText(io.stderr, text),
      outputError: (text, write) => write(wrapError(finish(text), textWidth(io.stderr))),
      getOutHelpWidth: () => textWidth(io.stdout),
      getErrHelpWidth: () => textWidth(io.stderr),
    })
    .showSuggestionAfterError(false)
    .showHelpAfterError("next:  Run the command with --help to see its options.");
  program.helpInformation = () => rootHelp(textWidth(io.stdout));
  for (const register of Object.values(commands)) register(program, context);
  return program;
}

/** An error of the command line, as wide as the terminal; a line that goes on does so below its own text. */
function wrapError(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => {
      const [, label = "", rest = line] = /^((?:error|next):\s+)(.*)$/.exec(line) ?? [];
      return label + wrapText(rest, width, " ".repeat(label.length)).slice(label.length);
    })
    .join("\n");
}

/** The code of the error with which parsing ends at `--version`. */
export const versionAsked = "ktx.version";

/** A command that stands directly below `ktx`; it registers its inner ones itself. */
type OuterCommand = Exclude<CommandName, `${string} ${string}`>;

/** In the order in which a new user needs them. */
const commands: Readonly<
  Record<OuterCommand, (program: Command, context: CommandContext) => void>
> = {
  demo: registerDemoCommand,
  login: registerLoginCommand,
  setup: registerSetupCommand,
  status: registerStatusCommand,
  ingest: registerIngestCommand,
  remember: registerRememberCommand,
  scan: registerScanCommand,
  run: registerRunCommand,
  batch: registerBatchCommand,
  worker: registerWorkerCommand,
  chat: registerChatCommand,
  threads: registerThreadsCommand,
  wiki: registerWikiCommand,
  mcp: registerMcpCommand,
  replay: registerReplayCommand,
  report: registerReportCommand,
  sim: registerSimCommand,
  models: registerModelsCommand,
  config: registerConfigCommand,
  logs: registerLogsCommand,
  "report-bug": registerReportBugCommand,
  completion: registerCompletionCommand,
  logout: registerLogoutCommand,
};

/** The options of the program, which each command has. Those of an outer command are not for its inner ones. */
function globalOptionsOf(command: Command): Option[] {
  let program = command;
  while (program.parent !== null) program = program.parent;
  return program === command ? [] : program.options.filter(({ hidden }) => !hidden);
}
