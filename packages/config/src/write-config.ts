import { randomUUID } from "node:crypto";
import {
  chmod,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ConfigChanges } from "./config-changes.ts";
import { ConfigError } from "./config-error.ts";
import { buildConfigSchema } from "./editor-schema.ts";
import { decodeConfig, describeFileError } from "./file-problem.ts";
import { configFileName } from "./find-project.ts";
import { schemaReference } from "./new-config-header.ts";
import { updateConfigText } from "./update-config-text.ts";

export interface WriteConfigOptions {
  /** The display name of the file in problems. @default "ktx.yaml" */
  readonly label?: string;
  readonly signal?: AbortSignal;
}

export type ConfigWriting = "created" | "updated" | "unchanged";

/**
 * Writes the changes to the file atomically: another process sees the old text or the new one. Mode and
 * symbolic links stay. A text that refers to the schema copy beside it updates that copy, too.
 *
 * @throws ConfigError when the file cannot be read, changed or written; the signal's reason on abort.
 */
export async function writeConfig(
  file: string,
  changes: ConfigChanges,
  { label = configFileName, signal }: WriteConfigOptions = {},
): Promise<ConfigWriting> {
  signal?.throwIfAborted();
  try {
    const target = await followLinks(file);
    const before = await readText(target, label, signal);
    const after = updateConfigText(before, changes, { file: label });
    if (after.includes(`$schema=${schemaReference}`)) await writeSchemaBeside(file, signal);
    if (after !== before) await replaceFile(target, after, signal);
    if (before === undefined) return "created";
    return after === before ? "unchanged" : "updated";
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([describeFileError(error, label, "write")], { cause: error });
  }
}

async function writeSchemaBeside(file: string, signal: AbortSignal | undefined): Promise<void> {
  const target = join(dirname(file), schemaReference);
  const schema = `${JSON.stringify(buildConfigSchema(), undefined, 2)}\n`;
  if ((await readIfThere(target, signal))?.toString() === schema) return;
  await mkdir(dirname(target)).catch((error: unknown) => ignore("EEXIST", error));
  await replaceFile(target, schema, signal);
}

/** Written beside the target, because a rename is atomic only within one file system. */
async function replaceFile(
  target: string,
  text: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const mode = await stat(target).then(
    (status) => status.mode & 0o7777,
    (error: unknown) => ignore("ENOENT", error),
  );
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text, { signal });
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    signal?.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The target of the link, even when it does not exist yet. */
async function followLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    ignore("ENOENT", error);
    const link = await readlink(file).catch(() => undefined);
    return link === undefined ? file : resolve(dirname(file), link);
  }
}

async function readText(
  file: string,
  label: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const bytes = await readIfThere(file, signal);
  const text = bytes && decodeConfig(bytes, label);
  if (typeof text === "object") throw new ConfigError([text]);
  return text;
}

async function readIfThere(
  file: string,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  try {
    return await readFile(file, { signal });
  } catch (error) {
    return ignore("ENOENT", error);
  }
}

function ignore(code: "ENOENT" | "EEXIST", error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === code) return undefined;
  throw error;
}
