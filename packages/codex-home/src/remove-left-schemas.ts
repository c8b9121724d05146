import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export interface LeftSchemasInput {
  /** The folder for temporary files of this process. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The id of this process's user; undefined on a system without such ids. */
  readonly userId: number | undefined;
}

/** No turn is so long that it still needs a schema of this age. */
const leftAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Removes the folders with output schemas that the SDK left in the temporary folder when its process was killed
 * (0.163.0): `codex-output-schema-` and six characters, of this user, a day old, with only `schema.json` in them.
 * A folder that cannot be removed stays. Never rejects.
 */
export async function removeLeftSchemas({
  folder,
  nowMs,
  userId,
}: LeftSchemasInput): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!/^codex-output-schema-\w{6}$/.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // Never through a link, which may lead anywhere.
    if (found?.isDirectory() !== true || found.mtimeMs > nowMs - leftAfterMs) continue;
    if (userId !== undefined && found.uid !== userId) continue;
    const content = await readdir(path).catch(() => ["unreadable"]);
    if (content.some((entry) => entry !== "schema.json")) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
