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

const kinds = [
  { folderName: /^codex-output-schema-\w{6}$/, fileName: /^schema\.json$/ },
  { folderName: /^ktx-images-\w{6}$/, fileName: /^\d+\.(?:png|jpeg|gif|webp)$/ },
];

/** No turn is so long that it still needs a file of this age. */
const leftAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Removes the folders that a killed process left in the temporary folder: those with output schemas of the SDK
 * (0.163.0), `codex-output-schema-` and six characters, with only `schema.json` in them, and ktx's own with images of
 * prompts, `ktx-images-` and six characters. Only of this user, and a day old. A folder that cannot be removed stays. Never rejects.
 */
export async function removeLeftSchemas({
  folder,
  nowMs,
  userId,
}: LeftSchemasInput): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const kind = kinds.find(({ folderName }) => folderName.test(name));
    if (kind === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // A link is not followed: it may lead anywhere.
    if (found?.isDirectory() !== true || found.mtimeMs > nowMs - leftAfterMs) continue;
    if (userId !== undefined && found.uid !== userId) continue;
    const content = await readdir(path).catch(() => ["unreadable"]);
    if (content.some((entry) => !kind.fileName.test(entry))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
