import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, chmod, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { descriptorOf } from "./descriptor-of.ts";
import { fileBehind } from "./file-behind.ts";
import { openPipe } from "./open-pipe.ts";

/** The file for an answer, checked before the run that gives the answer. */
export interface AnswerFile {
  /**
   * Replaces the content in one step. A device, a pipe and a file that this process was started with get the text, or its
   * parts, behind what they have. Waits for the reader of a pipe until the signal fires, and then rejects.
   */
  readonly write: (text: string | Iterable<string>) => Promise<void>;
}

export interface AnswerFileOptions {
  /** The option that named it. @default "--output" */
  readonly flag?: string | undefined;
  /** The mode of the file. @default that of the replaced file; of a new one, what the process allows */
  readonly mode?: number | undefined;
  /** Called where the answer waits for the reader of a pipe. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Checks that a file can be written, and writes nothing yet. A link is followed.
 *
 * @throws {CliError} for a folder, and for a file or folder that may not be written.
 */
export async function openAnswerFile(
  path: string,
  { cwd, signal }: Pick<CliIo, "cwd" | "signal">,
  { flag = "--output", mode, onWait }: AnswerFileOptions = {},
): Promise<AnswerFile> {
  const refusal = (got: string): CliError => refuse(flag, got);
  if (path === "") throw refusal("an empty text");
  if (/[\\/]$/.test(path)) throw refusal(`the folder ${path}`);
  const named = resolve(cwd, path);
  const found = await statusOf(named);
  // A pipe or a device is not replaced: its reader has it open.
  if (found !== undefined && !found.isFile()) {
    if (found.isDirectory()) throw refusal(`the folder ${named}`);
    if (found.isFIFO())
      return {
        write: async (text) => {
          const parts = typeof text === "string" ? [text] : text;
          const pipe = await openPipe(named, { cwd, signal }, onWait);
          for (const part of parts) pipe.write(part);
          await pipe.close();
        },
      };
    return { write: (text) => writeFile(named, text) };
  }
  // As `/dev/stdout` where it is a file: others write to it too, and have it open.
  if (found !== undefined && (await descriptorOf(named, cwd)) !== undefined)
    return { write: (text) => writeFile(named, text, { flag: "a" }) };
  const target = await fileBehind(named, cwd);
  if (await isOwnFile(target)) throw refusal(`${named}, which ktx keeps its own data in`);
  const folder = dirname(target);
  const isFolder = (await statusOf(folder))?.isDirectory() === true;
  if (isFolder && (await allows(folder, constants.W_OK)))
    return { write: (text) => replaceFile(target, text, mode ?? found?.mode) };
  if (found !== undefined && (await allows(target, constants.W_OK)))
    return { write: (text) => writeFile(target, text) };
  throw refusal(`${named}, whose folder does not exist or may not be written`);
}

/** The settings, anything below `.ktx`, and any database: a store of paid answers is one, wherever it lies. */
async function isOwnFile(path: string): Promise<boolean> {
  if (basename(path) === "ktx.yaml" || basename(dirname(path)) === ".ktx") return true;
  const handle = await open(path).catch(() => undefined);
  try {
    const { buffer } = (await handle?.read(Buffer.alloc(16), 0, 16, 0)) ?? {};
    return buffer?.toString("latin1") === "SQLite format 3\0";
  } finally {
    await handle?.close();
  }
}

function refuse(flag: string, got: string): CliError {
  return usageError(`Expected ${flag} to be a file that can be written, got ${got}.`, {
    next: "Name a file in a folder that exists and that you may write to.",
  });
}

function statusOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

function allows(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Written beside the target, because a rename is atomic only within one file system. */
async function replaceFile(
  target: string,
  text: string | Iterable<string>,
  mode: number | undefined,
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx", mode === undefined ? 0o666 : mode & 0o777);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mode !== undefined) await chmod(temporary, mode & 0o7777);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
