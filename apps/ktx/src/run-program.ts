import { CommanderError } from "commander";
import type { CliIo } from "./cli-io.ts";
import { CliError } from "./cli-error.ts";
import { createProgram, versionAsked } from "./create-program.ts";
import { completionServer } from "./completion/completion-server.ts";
import { describeNearest } from "./help/describe-nearest.ts";
import { shortenValues } from "./help/shorten-values.ts";
import { findUnknownCommand, readHelpLine, refuseCommand } from "./help/unknown-command.ts";
import { exitCodes } from "./exit-code.ts";
import { createServices, type Services } from "./services.ts";

/** Runs one command line through commander. Never rejects. @returns the exit code. */
export async function runProgram(
  args: readonly string[],
  given: CliIo,
  givenServices?: Services,
): Promise<number> {
  let isPlain = false;
  const io = ioForTerminal(given, () => isPlain);
  const services = givenServices ?? createServices(io);
  if (args[0] === completionServer) {
    const { serveCompletion } = await import("./completion/serve-completion.ts");
    return serveCompletion(args.slice(1), io, services);
  }
  const { line, isHelp } = readHelpLine(args);
  let exitCode: number = exitCodes.done;
  const program = createProgram(
    { io, services, exitWith: (code) => (exitCode = code) },
    (message) => shortenValues(message, args) + describeNearest(program, unknown?.line ?? line),
  );
  const unknown = findUnknownCommand(program, line, isHelp);
  program.on("option:plain", () => (isPlain = true));
  try {
    if (unknown !== undefined) refuseCommand(unknown);
    await program.parseAsync(line, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.code === versionAsked) {
      const { versionReport } = await import("./version-report.ts");
      io.stdout.write(await versionReport(io));
      return exitCodes.done;
    }
    // Commander has already printed its message.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { reportError } = await import("./report-error.ts");
    return reportError(shortenError(error, args), io, {
      verbose: program.opts<{ verbose?: true }>().verbose === true,
    });
  }
}

/** A usage error repeats values of the command line. */
function shortenError(error: unknown, args: readonly string[]): unknown {
  if (!(error instanceof CliError) || error.parts.exitCode !== exitCodes.usage) return error;
  const { what, why, next } = error.parts;
  const parts = {
    ...error.parts,
    what: shortenValues(what, args),
    ...(why !== undefined && { why: shortenValues(why, args) }),
    ...(next !== undefined && { next: shortenValues(next, args) }),
  };
  return new CliError(parts, { cause: error });
}

/** The same surroundings; `--plain`, which is read later, makes the terminal one that cannot move its cursor. */
function ioForTerminal(io: CliIo, isPlain: () => boolean): CliIo {
  return {
    get stdin() {
      return io.stdin;
    },
    get stdout() {
      return io.stdout;
    },
    get stderr() {
      return io.stderr;
    },
    get env() {
      return isPlain() ? { ...io.env, TERM: "dumb" } : io.env;
    },
    get cwd() {
      return io.cwd;
    },
    now: io.now,
    signal: io.signal,
    userCode: io.userCode,
  };
}
