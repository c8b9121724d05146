import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { WikiError } from "./wiki-error.ts";

/** A larger page or source is not read. */
const maxFileBytes: number = 8 * 1024 * 1024;

/**
 * Reads a file below a folder. No link on the way is followed, but for the folder itself, so that nothing outside is
 * read. Named pipes and devices are refused without a wait.
 *
 * @param path with `/`, without `..`.
 * @returns undefined where there is no such file.
 * @throws {WikiError} `page-outside`, `page-too-large` or `page-unreadable`
 */
export function readConfined(
  root: string,
  path: string,
  maxBytes: number = maxFileBytes,
): Buffer | undefined {
  const file = join(root, ...path.split("/"));
  const status = statConfined(root, path);
  if (status === undefined) return undefined;
  if (!status.isFile())
    throw new WikiError(
      "page-unreadable",
      `Expected ${path} to be a file, got ${kindOf(status)}. Nothing was read.`,
    );
  if (status.size > maxBytes)
    throw new WikiError(
      "page-too-large",
      `Expected ${path} to have at most ${maxBytes} bytes, got ${status.size}. Split it.`,
    );
  try {
    const handle = openSync(
      file,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      return readOpened(handle, maxBytes);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new WikiError(
      "page-unreadable",
      `${path} could not be read: ${reasonOf(error)}. Check its permissions.`,
      { cause: error },
    );
  }
}

function readOpened(handle: number, maxBytes: number): Buffer {
  const size = Math.min(fstatSync(handle).size, maxBytes);
  const content = Buffer.allocUnsafe(size);
  let read = 0;
  while (read < size) {
    const got = readSync(handle, content, read, size - read, read);
    if (got === 0) break;
    read += got;
  }
  return content.subarray(0, read);
}

/** The state of a path whose folders are all real. @throws {WikiError} `page-outside` where one of them is a link. */
export function statConfined(root: string, path: string): Stats | undefined {
  const parts = path.split("/");
  let folder = root;
  for (const [index, part] of parts.entries()) {
    folder = join(folder, part);
    const status = lstatOf(folder);
    if (status === undefined) return undefined;
    if (status.isSymbolicLink())
      throw new WikiError(
        "page-outside",
        `Expected ${path} to be a real file below its folder, got a link at ${parts.slice(0, index + 1).join("/")}. Links are not followed.`,
      );
    if (index === parts.length - 1) return status;
    if (!status.isDirectory()) return undefined;
  }
  return undefined;
}

/**
 * Puts a file in place whole, or removes it: a reader sees the old one or the new one, and after a crash one of the
 * two is there. The permissions of the earlier file stay.
 *
 * @param temporary a file that no other writer uses, best on the same disk; what an interrupted write left there goes.
 * @throws {WikiError} `page-outside` or `page-unwritable`; the earlier file then stands.
 */
export function writeConfined(
  root: string,
  path: string,
  content: string | null,
  temporary: string,
): void {
  const file = join(root, ...path.split("/"));
  const status = statConfined(root, path);
  if (status !== undefined && !status.isFile())
    throw new WikiError(
      "page-unwritable",
      `Expected ${path} to be a file, got ${kindOf(status)}. Nothing was written.`,
    );
  try {
    if (content === null) {
      if (status !== undefined) unlinkSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      // A folder that was replaced by a link in the meantime.
      checkInside(root, dirname(file), path);
      replaceFile(file, content, {
        temporary,
        mode: status === undefined ? 0o644 : status.mode & 0o777,
      });
    }
    syncFolder(dirname(file));
  } catch (error) {
    if (error instanceof WikiError) throw error;
    throw new WikiError(
      "page-unwritable",
      `${path} was not written: ${reasonOf(error)}. Its earlier version stands. ${fixOf(error)}`,
      { cause: error },
    );
  }
}

interface Replacing {
  readonly temporary: string;
  readonly mode: number;
}

function replaceFile(file: string, content: string, { temporary, mode }: Replacing): void {
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, "wx", mode);
  try {
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (!hasCode(error, "EXDEV")) throw error;
    // The folder is on another disk: the new text is put together beside the file.
    const beside = join(dirname(file), `.${randomBytes(8).toString("hex")}.ktx-tmp`);
    replaceFile(file, content, { temporary: beside, mode });
  }
}

function checkInside(root: string, folder: string, path: string): void {
  const inside = relative(root, realpathSync(folder));
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw new WikiError(
      "page-outside",
      `Expected ${path} to be below its folder, got a link that leads out. Nothing was written.`,
    );
}

/** The rename itself is on disk. Windows cannot open a folder, and needs no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Undefined where there is nothing. @throws {WikiError} `page-unreadable` */
export function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new WikiError("page-unreadable", `A file could not be looked at: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return "a folder";
  return status.isSymbolicLink() ? "a link" : "a pipe or a device";
}

/** True where a path leads to nothing. */
export function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].some((code) => hasCode(error, code));
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function fixOf(error: unknown): string {
  return hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")
    ? "No room is left on its disk: free some, and write it again."
    : "Check the permissions of its folder.";
}

/** The system's name of the failure, which holds no path outside the wiki. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
