import { realpath } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { readConfined, walkConfined } from "./confined-folder.ts";
import { WikiError } from "./wiki-error.ts";

/** The files that pages cite. Whoever extracts text of PDF or HTML gives that text here: citations count its lines. */
export interface Sources {
  /**
   * The text of a file.
   *
   * @param path from the project's folder, with `/`.
   * @returns undefined where there is no such file, or it is not a text.
   */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Files to look in for lines whose file is gone. @default none */
  readonly list?: () => Promise<readonly string[]>;
}

/** The text files below a folder. Links are not followed; a file above 8 MiB, or with a zero byte, is not a text. */
export async function openSources(projectDir: string): Promise<Sources> {
  const root = await realpath(resolve(projectDir));
  return {
    read: async (path) => readSource(root, path),
    list: () =>
      Promise.resolve(
        walkConfined(root, {
          accepts: () => true,
          enters: (folder) => !/(?:^|\/)(?:node_modules|target|dist|dbt_packages)$/.test(folder),
          maxFiles: 20_000,
        }).map(({ path }) => path),
      ),
  };
}

function readSource(root: string, path: string): string | undefined {
  if (!isInside(path)) return undefined;
  try {
    const content = readConfined(root, path);
    return content === undefined || content.includes(0) ? undefined : content.toString("utf8");
  } catch (error) {
    if (error instanceof WikiError) return undefined;
    throw error;
  }
}

/** A path that stays below its folder, in the only form in which it can be written. */
export function isInside(path: string): boolean {
  return (
    path !== "" &&
    !path.includes("\\") &&
    !path.includes("\0") &&
    posix.normalize(path) === path &&
    !/^(?:\/|\.\.?(?:\/|$)|[a-z]:)/i.test(path)
  );
}
