import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FoundSources } from "../read/find-sources.ts";

/** A path that was given names nothing, and the wiki has claims of sources there. Nothing is retired. */
export class MissingSourcesError extends Error {
  override readonly name = "MissingSourcesError";
}

export interface GoneSources {
  readonly evicted: readonly string[];
  /** Sources that may only be out of sight, since their folder is gone, too, and no folder above it was given. */
  readonly kept: readonly string[];
}

/**
 * The known sources whose file is gone, in order.
 *
 * @throws {MissingSourcesError}
 */
export async function findGoneSources(
  projectDir: string,
  known: ReadonlySet<string>,
  { missing, folders }: Pick<FoundSources, "missing" | "folders">,
): Promise<GoneSources> {
  for (const path of missing) {
    const below = [...known].filter((one) => isBelow(one, path));
    if (below.length > 0)
      throw new MissingSourcesError(
        `Expected ${path} to be there, since the wiki has claims of ${below.length === 1 ? below[0] : `${below.length} sources below it`}; nothing has this name now. Correct the path, or bring it back. If it is really gone, give the folder above it, ${dirname(path)}: the claims then go.`,
      );
  }
  const evicted: string[] = [];
  const kept: string[] = [];
  for (const path of [...known].toSorted()) {
    if (!(await isGone(join(projectDir, path)))) continue;
    const isSeen =
      folders.some((folder) => isBelow(path, folder)) ||
      !(await isGone(join(projectDir, dirname(path))));
    (isSeen ? evicted : kept).push(path);
  }
  return { evicted, kept };
}

function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

async function isGone(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => false,
    (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT",
  );
}
