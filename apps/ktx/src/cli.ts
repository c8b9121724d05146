import type { CliIo } from "./cli-io.ts";
import type { Services } from "./services.ts";

/**
 * Runs one command line. Never rejects; errors are printed on stderr.
 *
 * @param args the arguments after the program's name.
 * @param services the work of the commands. @default that of the packages
 * @returns the exit code.
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  services?: Services,
): Promise<number> {
  const answer = await answerAtOnce(args, io);
  if (answer !== undefined) {
    io.stdout.write(answer);
    return 0;
  }
  const { runProgram } = await import("./run-program.ts");
  return runProgram(args, io, services);
}

/** Answers frequent questions of people and scripts without loading commander. */
async function answerAtOnce(
  [first, ...rest]: readonly string[],
  io: Pick<CliIo, "stdout" | "env" | "signal">,
): Promise<string | undefined> {
  if (rest.length > 0) return undefined;
  if (first === "--version" || first === "-V") {
    const { versionReport } = await import("./version-report.ts");
    return versionReport(io);
  }
  if (first !== "--help" && first !== "-h" && first !== "help") return undefined;
  const [{ rootHelp }, { textWidth }] = await Promise.all([
    import("./help/root-help.ts"),
    import("./render/text-width.ts"),
  ]);
  return rootHelp(textWidth(io.stdout));
}
