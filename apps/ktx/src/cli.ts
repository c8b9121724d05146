import { Command, CommanderError } from "commander";
import { type CliIo } from "./cli-io.ts";
import { registerConfigCommand } from "./commands/config.ts";
import { registerDemoCommand } from "./commands/demo.ts";
import { registerModelsCommand } from "./commands/models.ts";
import { registerRunCommand } from "./commands/run.ts";
import { registerSetupCommand } from "./commands/setup.ts";
import { registerStatusCommand } from "./commands/status.ts";
import { exitCodes } from "./exit-code.ts";
import { readVersion } from "./read-version.ts";
import { textWidth } from "./render/text-width.ts";
import { createServices, type Services } from "./services.ts";

/**
 * Runs one command line. Never rejects; what went wrong is told on stderr.
 *
 * @param args what follows the program's name.
 * @returns the exit code.
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  services: Services = createServices(io),
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram(io);
  const context = { io, services, exitWith: (code: number) => (exitCode = code) };
  for (const register of commands) register(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has already printed what it has to say.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { reportError } = await import("./report-error.ts");
    return reportError(error, io, { verbose: program.opts<{ verbose?: true }>().verbose === true });
  }
}

/** In the order in which a new user needs them. */
const commands = [
  registerDemoCommand,
  registerSetupCommand,
  registerStatusCommand,
  registerRunCommand,
  registerModelsCommand,
  registerConfigCommand,
] as const;

function createProgram(io: CliIo): Command {
  return new Command("ktx")
    .description("Run real jobs on the local Codex sign-in.")
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
    .showHelpAfterError("next:  Add --help to see what is possible.");
}
