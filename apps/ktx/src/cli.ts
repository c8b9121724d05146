import type { CliIo } from "./cli-io.ts";
import { readVersion } from "./read-version.ts";
import { rootHelp } from "./root-help.ts";
import type { Services } from "./services.ts";

/**
 * Runs one command line. Never rejects; what went wrong is told on stderr.
 *
 * @param args what follows the program's name.
 * @param services the work behind the commands. @default that of the packages
 * @returns the exit code.
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  services?: Services,
): Promise<number> {
  const answer = answerAtOnce(args);
  if (answer !== undefined) {
    io.stdout.write(answer);
    return 0;
  }
  const { runProgram } = await import("./run-program.ts");
  return runProgram(args, io, services);
}

/** What is asked so often, by people and by scripts, that nothing is loaded for it. */
function answerAtOnce([first, ...rest]: readonly string[]): string | undefined {
  if (rest.length > 0) return undefined;
  if (first === "--version" || first === "-V") return `${readVersion()}\n`;
  if (first === "--help" || first === "-h" || first === "help") return rootHelp;
  return undefined;
}
