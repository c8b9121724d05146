import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

export interface RemoveLeastUsedOptions {
  /** The number of entries that always stay. */
  readonly keep: number;
  /** An entry used after this time is not removed, since a process may be about to open it. */
  readonly unusedForMs: number;
  readonly now: Date;
}

/** Bounds a cache folder: removes the entries with the oldest modification time. */
export async function removeLeastUsed(
  folder: string,
  { keep, unusedForMs, now }: RemoveLeastUsedOptions,
): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= keep) return;
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, usedMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const spare = entries.toSorted((a, b) => b.usedMs - a.usedMs).slice(keep);
  for (const { path, usedMs } of spare)
    if (usedMs < now.getTime() - unusedForMs)
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
