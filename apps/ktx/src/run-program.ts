import { CommanderError } from "commander";
import type { CliIo } from "./cli-io.ts";
import { createProgram, versionAsked } from "./create-program.ts";
import { completionServer } from "./completion/completion-server.ts";
import { describeNearest } from "./help/describe-nearest.ts";
import { exitCodes } from "./exit-code.ts";
import { createServices, type Services } from "./services.ts";

/** Runs one command line through commander. Never rejects. @returns the exit code. */
export async function runProgram(
  args: readonly string[],
  io: CliIo,
  services: Services = createServices(io),
): Promise<number> {
  if (args[0] === completionServer) {
    const { serveCompletion } = await import("./completion/serve-completion.ts");
    return serveCompletion(args.slice(1), io, services);
  }
  let exitCode: number = exitCodes.done;
  const program = createProgram({ io, services, exitWith: (code) => (exitCode = code) }, () =>
    describeNearest(program, args),
  );
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.code === versionAsked) {
      const { versionReport } = await import("./version-report.ts");
      io.stdout.write(versionReport());
      return exitCodes.done;
    }
    // Commander has already printed its message.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { reportError } = await import("./report-error.ts");
    return reportError(error, io, { verbose: program.opts<{ verbose?: true }>().verbose === true });
  }
}
