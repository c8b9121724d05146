import { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { registerChatCommand } from "./commands/chat.ts";
import { registerConfigCommand } from "./commands/config.ts";
import { registerDemoCommand } from "./commands/demo.ts";
import { registerLoginCommand, registerLogoutCommand } from "./commands/login.ts";
import { registerModelsCommand } from "./commands/models.ts";
import { registerRunCommand } from "./commands/run.ts";
import { registerSetupCommand } from "./commands/setup.ts";
import { registerStatusCommand } from "./commands/status.ts";
import { readVersion } from "./read-version.ts";
import { registerThreadsCommand } from "./commands/threads.ts";
import { textWidth } from "./render/text-width.ts";
import { rootHelp } from "./root-help.ts";

/** The program with all its commands. It writes to the given streams and never exits by itself. */
export function createProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command("ktx")
    .version(readVersion(), "-V, --version")
    .option("--verbose", "show the stack of an error")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => textWidth(io.stdout),
      getErrHelpWidth: () => textWidth(io.stderr),
    })
    .showHelpAfterError("next:  Run the command with --help to see its options.");
  program.helpInformation = () => rootHelp;
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
  registerChatCommand,
  registerThreadsCommand,
  registerModelsCommand,
  registerConfigCommand,
  registerLogoutCommand,
] as const;
