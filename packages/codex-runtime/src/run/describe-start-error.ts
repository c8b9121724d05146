import { asSentence } from "../values/as-sentence.ts";

/**
 * The error of Node for a program that could not run, or folders that could not be created, with the next step.
 * Undefined for any other error. Pure.
 */
export function describeStartError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return undefined;
  if (error.code === "ERR_INVALID_ARG_VALUE" && !error.message.includes("null bytes"))
    return undefined;
  const isSpawn = "syscall" in error && String(error.syscall).startsWith("spawn");
  const advice = (isSpawn ? spawnAdvice[error.code] : undefined) ?? fileAdvice[error.code];
  if (advice === undefined) return undefined;
  // The temporary folder holds the output schemas of the SDK, and the images of prompts.
  const isTemporary =
    "path" in error && /codex-output-schema-|ktx-images-/.test(String(error.path));
  const fitting = isTemporary ? advice.replace("XDG_CACHE_HOME", "TMPDIR") : advice;
  return `Codex could not be started: ${asSentence(error.message)} ${fitting}`;
}

const elsewhere = "set XDG_CACHE_HOME to another folder";
const inTheWay = `Something else is where a folder is expected. Move it away, or ${elsewhere}.`;
const notAllowed = `This user may not write there. Change the owner or the mode, or ${elsewhere}.`;
const full = "Free space on that disk, or set XDG_CACHE_HOME to a folder on another one.";
const tooManyFiles = "Too many files are open. Do less at once, or raise the limit (`ulimit -n`).";
const damaged = `Check that disk and folder, or ${elsewhere}.`;

const fileAdvice: Readonly<Record<string, string>> = {
  ENOENT: `Check that the folders on that path exist, or ${elsewhere}.`,
  EEXIST: inTheWay,
  ENOTDIR: inTheWay,
  EISDIR: `A folder is where a file is expected. Move it away, or ${elsewhere}.`,
  ELOOP: `Symbolic links on that path lead in a circle. Remove them, or ${elsewhere}.`,
  ENAMETOOLONG: `That path is too long for this system. Shorten it, or ${elsewhere}.`,
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: `That file system is read-only. Mount it for writing, or ${elsewhere}.`,
  ENOSPC: full,
  EDQUOT: full,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EAGAIN: "Too many processes are running. Do less at once, or raise the limit (`ulimit -u`).",
  ENOMEM: "Free memory, or do less at once.",
  E2BIG: "The command line is too long for this system. Offer fewer tools, or shorter settings.",
  EIO: damaged,
  EBUSY: damaged,
  ENOTEMPTY: damaged,
  ENOTSUP: damaged,
  ESTALE: damaged,
  EXDEV: damaged,
  // A text with a NUL character, which paths and variables cannot have.
  ERR_INVALID_ARG_VALUE: "Remove the character from the path or variable.",
  // An account without an entry in the system's list.
  ERR_SYSTEM_ERROR: "Set HOME to the home folder of this user.",
};

const spawnAdvice: Readonly<Record<string, string>> = {
  ENOENT: "Check that this file and the project folder exist.",
  ENOTDIR: "Check that this file and the project folder exist.",
  EACCES: "Make the file executable, or set `codexPath` to the Codex binary.",
  EPERM: "Make the file executable, or set `codexPath` to the Codex binary.",
  ENOEXEC: "The file is not a program for this system. Set `codexPath` to the Codex binary.",
  ELOOP: "Symbolic links on that path lead in a circle. Set `codexPath` to the Codex binary.",
};
