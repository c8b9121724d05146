import { readFile, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { renderReport, ReportError } from "@ktx/report";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openAnswerFile } from "../output/answer-file.ts";
import { waitingFor } from "../output/answer-output.ts";
import { readGivenFile } from "../read-given-file.ts";
import { printText } from "../terminal/print.ts";
import { openInBrowser } from "./open-in-browser.ts";

export type ReportInput = {
  /** True to show the page in the browser. */
  readonly open: boolean;
} & (
  | {
      /** The path of a recording, or of the events of an ingest. */
      readonly file: string;
      /** The path of the page. @default that of the file, with `.html` */
      readonly out?: string | undefined;
    }
  | {
      /** The lines that `ktx ingest --json` prints. */
      readonly events: string;
      readonly out: string;
    }
);

/** A page on the disk. */
export interface WrittenReport {
  readonly path: string;
  /** The reason why it was written and no browser shows it. */
  readonly problem?: string | undefined;
}

/**
 * Writes the page of a recorded run or an ingest, for its owner alone.
 *
 * @throws {CliError} for a file that cannot be read or is of another kind, and for a page that would replace a file which
 * is no report.
 */
export async function writeReport(
  input: ReportInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stderr">,
): Promise<WrittenReport> {
  const page =
    "events" in input
      ? renderReport(input.events)
      : pageOf(await readInput(input.file, io), input.file);
  const path = resolve(io.cwd, placeOf(input));
  await checkPlace(path);
  await writePage(path, page, io);
  return { path, problem: input.open ? await openInBrowser(path, io.env) : undefined };
}

function placeOf(input: ReportInput): string {
  return "events" in input
    ? input.out
    : (input.out ?? `${basename(input.file, extname(input.file))}.html`);
}

async function readInput(file: string, io: Pick<CliIo, "cwd" | "signal">): Promise<string> {
  try {
    return await readGivenFile(file, io);
  } catch (error) {
    io.signal.throwIfAborted();
    throw notReadable(file, error);
  }
}

function pageOf(text: string, file: string): string {
  try {
    return renderReport(text);
  } catch (error) {
    if (error instanceof ReportError) throw notReadable(file, error);
    throw error;
  }
}

function notReadable(file: string, error: unknown): CliError {
  return usageError(
    `Expected a recorded run or the events of an ingest, got ${file}.`,
    {
      why: error instanceof Error ? error.message : String(error),
      next: "Record a run: ktx run --record run.jsonl <prompt>",
    },
    { cause: error },
  );
}

/** A report may replace an older one, and nothing else. */
async function checkPlace(path: string): Promise<void> {
  // To read from a device may wait without end.
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return;
  const before = await readFile(path, "utf8").catch(() => undefined);
  // An empty file is what the shell makes for `--out /dev/stdout > file`.
  if (before === undefined || before === "" || before.includes("<code>ktx report</code>")) return;
  throw usageError(`Expected a place for the report, and ${path} is another file.`, {
    next: "Name another file with --out.",
  });
}

/** A reader never sees half a page. */
async function writePage(
  path: string,
  text: string,
  io: Pick<CliIo, "cwd" | "signal" | "stderr">,
): Promise<void> {
  const file = await openAnswerFile(path, io, {
    flag: "--out",
    mode: 0o600,
    onWait: () => printText(io.stderr, waitingFor(path, io)),
  });
  try {
    await file.write(text);
  } catch (error) {
    io.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(
      {
        what: `The report cannot be written to ${path}.`,
        why,
        next: "Name another file with --out.",
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}
