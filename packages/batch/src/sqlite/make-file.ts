import { access, constants, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../store-error.ts";

/**
 * Makes the empty file of a store with its folder, readable by its owner alone: SQLite gives its other files the mode of
 * this one. A file that is there stays as it is.
 *
 * @throws {StoreError} `full` where no room is left, else `broken`.
 */
export async function makeFile(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw toStoreError(await findCause(error, folder), path, `the folder ${folder} cannot be made`);
  }
  // To open a pipe waits for its reader, and no signal ends that.
  if ((await stat(path).catch(() => undefined))?.isFIFO() === true)
    throw toStoreError(new Error("it is a pipe"), path, "the file cannot be opened");
  try {
    await (await open(path, "a", 0o600)).close();
  } catch (error) {
    throw toStoreError(error, path, "the file cannot be opened");
  }
}

/** On a disk that takes no writes, Node says of a folder with its parents that nothing is there (ENOENT). */
async function findCause(error: unknown, folder: string): Promise<unknown> {
  for (let above = dirname(folder); ; above = dirname(above))
    try {
      await access(above, constants.W_OK);
      return error;
    } catch (refused) {
      const isMissing = refused instanceof Error && "code" in refused && refused.code === "ENOENT";
      if (!isMissing) return refused;
      if (above === dirname(above)) return error;
    }
}

function toStoreError(cause: unknown, path: string, fault: string): StoreError {
  const [code, text] =
    cause instanceof Error
      ? ["code" in cause ? String(cause.code) : "", cause.message]
      : ["", String(cause)];
  const [reason, next] = reasons[code] ?? [text, "Correct it, or choose another file."];
  return new StoreError(
    full.has(code) ? "full" : "broken",
    `Expected a place for the store ${path} where files can be written, but ${fault}: ${reason}. ${next}`,
    { cause },
  );
}

const full: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** Codes of the system, with what they mean here and the next step. */
const reasons: Readonly<Record<string, readonly [reason: string, next: string]>> = {
  EACCES: ["you may not write there", "Change the rights, or choose another file."],
  EPERM: ["you may not write there", "Change the rights, or choose another file."],
  EROFS: ["its disk takes no writes", "Choose a file on another disk."],
  EEXIST: ["a file has the name of a folder", "Move that file away, or choose another one."],
  ENOTDIR: ["a file has the name of a folder", "Move that file away, or choose another one."],
  EISDIR: ["a folder has its name", "Choose another file."],
  ENOENT: [
    "its path leads nowhere, as a link without a target does",
    "Correct the path, or choose another file.",
  ],
  ENOSPC: ["no room is left", "Free some space and run this again."],
  EDQUOT: ["no room is left", "Free some space and run this again."],
};
