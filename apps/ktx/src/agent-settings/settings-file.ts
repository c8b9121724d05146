import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SettingsRefusal } from "./settings-edit.ts";

/** A settings file of another program as it was read. */
export interface SettingsFile {
  /** The file behind a link, which dotfiles often are. */
  readonly path: string;
  /** Undefined where there is no file. */
  readonly text: string | undefined;
  readonly mode: number;
}

/** @throws {SettingsRefusal} for what cannot be read back byte for byte. */
export async function readSettings(file: string): Promise<SettingsFile> {
  const path = await realpath(file).catch(() => file);
  const content = await readFile(path).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw new SettingsRefusal(`cannot be read: ${codeOf(error)}.`);
  });
  if (content === undefined && (await isLink(path)))
    throw new SettingsRefusal("is a link to a file that does not exist. Make that file first.");
  if (content === undefined) return { path, text: undefined, mode: 0o644 };
  const { mode } = await stat(path);
  const text = content.toString("utf8");
  if (!Buffer.from(text).equals(content))
    throw new SettingsRefusal("has bytes that are not UTF-8. Mend it first.");
  return { path, text, mode: mode & 0o777 };
}

/**
 * Writes a new text in one step, or removes the file. The permissions stay.
 *
 * @returns the topmost folder that was made for the file; undefined where it was there.
 * @throws {SettingsRefusal} for a file that is read-only, or is another one than was read.
 */
export async function writeSettings(
  file: SettingsFile,
  text: string | undefined,
): Promise<string | undefined> {
  const { path, mode } = file;
  if (file.text !== undefined && (mode & 0o222) === 0)
    throw new SettingsRefusal("is read-only. Make it writable first, or change it by hand.");
  const now = await readSettings(path);
  if (now.text !== file.text)
    throw new SettingsRefusal("has changed in the meantime, and was not written. Run it again.");
  try {
    if (text === undefined) {
      await rm(path);
      return undefined;
    }
    const newFolder = await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, text, mode);
    return newFolder;
  } catch (error) {
    throw new SettingsRefusal(`cannot be written: ${codeOf(error)}. It is as it was.`);
  }
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.ktx-tmp`);
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.chmod(mode);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (status) => status.isSymbolicLink(),
    () => false,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
