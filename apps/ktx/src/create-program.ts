import { Command, type Option } from "commander";
import type { CommandContext } from "./command-context.ts";
import { registerBatchCommand } from "./commands/batch.ts";
import { registerChatCommand } from "./commands/chat.ts";
import { registerCompletionCommand } from "./commands/completion.ts";
import { registerConfigCommand } from "./commands/config.ts";
import { registerDemoCommand } from "./commands/demo.ts";
import { registerLoginCommand, registerLogoutCommand } from "./commands/login.ts";
import { registerModelsCommand } from "./commands/models.ts";
import { registerRunCommand } from "./commands/run.ts";
import { registerSetupCommand } from "./commands/setup.ts";
import { registerStatusCommand } from "./commands/status.ts";
import { readVersion } from "./read-version.ts";
import { registerThreadsCommand } from "./commands/threads.ts";
import { formatRow } from "./help/format-row.ts";
import { rootHelp } from "./help/root-help.ts";
import { wrapText } from "./render/layout.ts";
import { textWidth } from "./render/text-width.ts";
import { printText } from "./terminal/print.ts";

/** The program with all its commands. It writes to the given streams and never exits by itself. */
export function createProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command("ktx")
    .version(readVersion(), "-V, --version", "print the version")
    .option("--verbose", "show the stack of an error")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
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
      getOutHelpWidth: () => textWidth(io.stdout),
      getErrHelpWidth: () => textWidth(io.stderr),
    })
    .showHelpAfterError("next:  Run the command with --help to see its options.");
  program.helpInformation = () => rootHelp(textWidth(io.stdout));
  for (const register of commands) register(program, context);
  return program;
}

/** In the order in which a new user needs them. */
const commands = [
  registerDemoCommand,
  registerLoginCommand,
  registerSetupCommand,
  registerStatusCommand,
  registerRunCommand,
  registerBatchCommand,
  registerChatCommand,
  registerThreadsCommand,
  registerModelsCommand,
  registerConfigCommand,
  registerCompletionCommand,
  registerLogoutCommand,
] as const;

/** The options of the outer commands that a command does not have itself. */
function globalOptionsOf(command: Command): Option[] {
  const own = new Set(command.options.map(({ long }) => long));
  const outer: Option[] = [];
  for (let above = command.parent; above !== null; above = above.parent)
    outer.push(...above.options.filter(({ hidden, long }) => !hidden && !own.has(long)));
  return outer;
}
