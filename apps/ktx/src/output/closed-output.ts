import { readFileSync, readlinkSync } from "node:fs";
import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";

/** Options in front of a command. */
const rootOptions: ReadonlySet<string> = new Set(["--plain", "--verbose"]);

const redirect = "Redirect stdout to a file, a pipe or a terminal.";

/** The commands that are run for what they print alone, with the next step where stdout is closed. */
const printing: ReadonlyMap<string, string> = new Map([
  ["run", `${redirect} Or name a file with -o <file>; -o /dev/null discards the answer.`],
  ["batch", `${redirect} Or name a file with --out <file>.`],
  ...["wiki search", "wiki read", "wiki list", "wiki why"].map((name) => [name, redirect] as const),
  ...["models", "threads", "logs", "config show", "completion", "replay"].map(
    (name) => [name, redirect] as const,
  ),
]);

/** Of commands that have inner ones with another purpose. */
const inner: ReadonlySet<string> = new Set(["status", "prune", "delete"]);

/** Options that ask for something else. */
const asksElse: ReadonlySet<string> = new Set(["--help", "-h", "--check"]);

/** The values of --output and --out that name stdout itself. */
const stdoutNames: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1"]);

/**
 * The next step of a command line that prints its result on stdout and does nothing else that a caller waits for;
 * undefined for any other, such as `ktx status`, whose exit code is its result. Pure.
 */
export function stepOfPrinting(args: readonly string[]): string | undefined {
  const given = args.slice(args.findIndex((arg) => !rootOptions.has(arg)));
  const [first = "", second = ""] = given;
  if (inner.has(second)) return undefined;
  const next = printing.get(first) ?? printing.get(`${first} ${second}`);
  const isElsewhere = given.some(
    (arg, index) => asksElse.has(arg) || namesFile(arg, given[index + 1]),
  );
  return isElsewhere ? undefined : next;
}

/** True for an option that names another place than stdout. */
function namesFile(arg: string, following: string | undefined): boolean {
  const named = /^(?:-o|--out|--output)(?:=(?<value>.*))?$/.exec(arg);
  if (named === null) return /^-o./.test(arg);
  return !stdoutNames.has(named.groups?.["value"] ?? following ?? "");
}

/**
 * Refuses a command that prints its result on a stdout that its caller has closed, before it costs anything. Node opens
 * `/dev/null` in the place of a closed descriptor, for reading and writing; `> /dev/null` opens it for writing alone.
 * Linux alone can tell them apart.
 *
 * @throws {CliError} with the exit code of an output that cannot be written.
 */
export function refuseClosedOutput(args: readonly string[]): void {
  const next = stepOfPrinting(args);
  if (next === undefined || !isClosed()) return;
  throw new CliError({
    what: "Expected a stdout that takes the output, got a closed one.",
    why: "A /dev/null that is open for reading and writing counts as closed, since Node puts it there.",
    next,
    exitCode: exitCodes.failed,
  });
}

function isClosed(): boolean {
  try {
    const isNull = readlinkSync("/proc/self/fd/1") === "/dev/null";
    const [, flags = "0"] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "utf8")) ?? [];
    return isNull && (Number.parseInt(flags, 8) & accessMode) === readAndWrite;
  } catch {
    return false;
  }
}

/** `O_ACCMODE` and `O_RDWR` of Linux. */
const accessMode = 3;
const readAndWrite = 2;
