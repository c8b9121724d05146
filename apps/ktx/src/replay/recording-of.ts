import { closeSync, fstatSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Transport } from "@ktx/codex-runtime";
import { record, type RecordingOutput } from "@ktx/recording";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { secretsOf } from "../logs/clean-text.ts";
import { waitingFor } from "../output/answer-output.ts";
import { openPipe } from "../output/open-pipe.ts";
import { printText } from "../terminal/print.ts";

export interface RecordingInput {
  readonly projectDir: string;
  readonly apiKeyEnv?: string | undefined;
  /**
   * Called once, where the disk takes no more of the recording; the run goes on. An interrupt that ends the wait for the
   * reader of a pipe is given as the reason of the signal.
   */
  readonly onLost?: ((error: unknown) => void) | undefined;
}

/**
 * Makes the transport of a run one that writes its turns to a file, without the secrets of the environment and the
 * folders of this machine. A file that is no recording stays as it is. A pipe is opened now, once it has a reader.
 *
 * @throws {CliError} for such a file, and for one that cannot be written; the reason of the signal.
 */
export async function recordingOf(
  path: string,
  { projectDir, apiKeyEnv, onLost }: RecordingInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stderr">,
): Promise<(transport: Transport) => Transport> {
  const { cwd, env, signal } = io;
  const file = resolve(cwd, path);
  const isNew = statSync(file, { throwIfNoEntry: false }) === undefined;
  if (isOwnOutput(file))
    throw usageError(`Expected --record to name a file of its own, got ${path}.`, {
      why: "This command already writes its output to that file.",
      next: "Name another file.",
    });
  const start = readStart(file);
  if (start !== "" && !start.startsWith('{"type":"recording"'))
    throw usageError(`Expected --record to name a new file or a recording, got ${path}.`, {
      why: "The file has other content, which would be lost.",
      next: "Name another file.",
    });
  const pipe = await openIfPipe();
  return (transport) => {
    try {
      const folders = { home: env["HOME"] ?? homedir(), project: projectDir };
      const key = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
      const secrets = [...secretsOf(env), ...(key === undefined ? [] : [key])];
      const onWriteError = (error: unknown): void =>
        onLost?.(signal.aborted ? signal.reason : lostRecording(path, error));
      return record(transport, pipe ?? file, { env, folders, secrets, onWriteError });
    } catch (error) {
      if (isFull(error)) {
        if (isNew) rmSync(file, { force: true });
        throw lostRecording(path, error);
      }
      throw notWritable(path, error);
    }
  };

  async function openIfPipe(): Promise<RecordingOutput | undefined> {
    if (statSync(file, { throwIfNoEntry: false })?.isFIFO() !== true) return undefined;
    try {
      return await openPipe(file, io, () => printText(io.stderr, waitingFor(path, io)));
    } catch (error) {
      signal.throwIfAborted();
      throw notWritable(path, error);
    }
  }
}

function notWritable(path: string, error: unknown): CliError {
  return usageError(`Expected --record to name a file that can be written, got ${path}.`, {
    why: error instanceof Error ? error.message : String(error),
    next: "Name a file in a folder that exists.",
  });
}

/** True for the file that stdout or stderr goes to: a recording begins at the start of its file. */
function isOwnOutput(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return false;
  return [1, 2].some((descriptor) => {
    const { dev, ino } = fstatSync(descriptor);
    return dev === found.dev && ino === found.ino;
  });
}

/** The disk is full, or the file may not be longer. */
function isFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ENOSPC", "EDQUOT", "EFBIG", "EIO"].includes(code);
}

function lostRecording(path: string, error: unknown): CliError {
  return new CliError(
    {
      what: `The recording could not be written to ${path}. It is missing or incomplete.`,
      why: error instanceof Error ? error.message : String(error),
      next: isFull(error)
        ? "Free some space, or name a file on another disk, and run the command again."
        : "Name another file, and run the command again.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}

/** The beginning of a file; empty for one that is empty or is not there, and for a device or a pipe. */
function readStart(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return "";
  try {
    const descriptor = openSync(file, "r");
    try {
      const start = Buffer.alloc(32);
      return start.toString("utf8", 0, readSync(descriptor, start));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}
