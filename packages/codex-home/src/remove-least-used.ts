import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

export interface RemoveLeastUsedOptions {
  /** How many entries of the folder may stay in any case. */
  readonly keep: number;
  /** No entry is removed that was used since; whoever uses one now may be about to open it. */
  readonly unusedForMs: number;
  readonly now: Date;
}

/** Bounds a folder of things that can be made again, by the time of change of its entries. */
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
