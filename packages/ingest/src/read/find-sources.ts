import { glob, readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** Why a path that was given is skipped, where nothing has its name. */
export const nothingThere = "Nothing has this name. Correct the path or the glob.";

export interface FoundSources {
  /** From the project's folder, with `/`; sorted, each once. */
  readonly paths: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Folders that were given, and those in which a glob with `**` looks, from the project's folder. */
  readonly folders: readonly string[];
  /** Given paths, and the folders of given globs, that are not there. */
  readonly missing: readonly string[];
}

export interface FindSourcesInput {
  readonly projectDir: string;
  /** The folder that the arguments start from. */
  readonly cwd: string;
  /** Files, folders and globs. */
  readonly given: readonly string[];
}

/** Names of what holds no documents of the project: hidden ones, folders of others, the configuration of ktx. */
export function isPassedOver(name: string): boolean {
  return (name.startsWith(".") && name !== "..") || passedOver.has(name);
}

/**
 * Characters that would break the line of a footnote, act on a terminal, separate folders on another system, or stand for
 * bytes that are no UTF-8.
 */
const uncitable = /[\p{Cc}\u2028\u2029\uFFFD\\]/u;

/** True for a path that no footnote can have. */
export function isUncitable(path: string): boolean {
  return uncitable.test(path);
}

const configName = "ktx.yaml";
const passedOver: ReadonlySet<string> = new Set(["node_modules", "wiki", configName]);

/** The files that paths and globs name. Folders are walked; symbolic links to folders are not followed. */
export async function findSources({
  projectDir,
  cwd,
  given,
}: FindSourcesInput): Promise<FoundSources> {
  const root = await realpath(projectDir);
  const paths = new Set<string>();
  const skipped: { path: string; reason: string }[] = [];
  const pathOf = (file: string): string => relative(projectDir, file).split(sep).join("/");
  const placeOf = async (file: string): Promise<readonly string[]> =>
    relative(root, await realpath(file)).split(sep);
  const add = async (file: string): Promise<void> => {
    const path = pathOf(file);
    if (isUncitable(path)) {
      skipped.push({
        path,
        reason:
          "Its name has a line break, a control character, a backslash or bytes that are no text. Rename it.",
      });
      return;
    }
    try {
      // A link to a file of the project counts as that file.
      const real = await placeOf(file);
      const isInside = isBelowRoot(real);
      if (isInside && !real.some(isPassedOver)) paths.add(real.join("/"));
      else if (isInside)
        skipped.push({
          path,
          reason: "It is hidden, the configuration of ktx, or in a folder that holds no documents.",
        });
      else
        skipped.push({
          path,
          reason: "The file is outside of the project's folder. Copy it into the project.",
        });
    } catch (error) {
      skipped.push({ path, reason: describeLink(error) });
    }
  };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      skipped.push({ path: pathOf(folder), reason: describeFolder(error) });
      return [];
    });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!isPassedOver(entry.name)) await walk(file);
      } else if (entry.isSymbolicLink() && !isPassedOver(entry.name)) {
        const target = await stat(file).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        );
        if (target instanceof Error)
          skipped.push({ path: pathOf(file), reason: describeLink(target) });
        else if (target.isDirectory())
          skipped.push({
            path: pathOf(file),
            reason: "Symbolic links to folders are not followed. Name the folder itself.",
          });
        else await add(file);
      } else if (!entry.name.startsWith(".") && entry.name !== configName) await add(file);
    }
  };
  const folders: string[] = [];
  const missing: string[] = [];
  for (const one of given) {
    if (one.trim() === "") {
      skipped.push({ path: one, reason: "Expected a path, got an empty text." });
      continue;
    }
    const file = resolve(cwd, one);
    const status = await stat(file).catch(() => undefined);
    if (status?.isDirectory() === true) {
      if (!isBelowRoot(await placeOf(file))) {
        skipped.push({ path: one, reason: outside });
        continue;
      }
      folders.push(pathOf(file));
      await walk(file);
    } else if (status !== undefined) await add(file);
    else {
      const parts = one.split(/[\\/]/);
      const first = parts.findIndex((part) => /[*?[{]/.test(part));
      // With its slash at the end, so that a glob from the root begins there.
      const fixed =
        first < 0
          ? one
          : parts
              .slice(0, first)
              .map((part) => `${part}/`)
              .join("");
      const start = resolve(cwd, fixed);
      const isThere = await stat(start).then(
        () => true,
        () => false,
      );
      if (isThere && !isBelowRoot(await placeOf(start))) {
        skipped.push({ path: one, reason: outside });
        continue;
      }
      if (!isThere) missing.push(pathOf(start));
      else if (parts.includes("**")) folders.push(pathOf(start));
      let matches = 0;
      if (/[*?[{]/.test(one))
        for await (const match of glob(one, { cwd })) {
          const found = resolve(cwd, match);
          const isFile = (await stat(found).catch(() => undefined))?.isFile() === true;
          if (!isFile || relative(projectDir, found).split(sep).some(isPassedOver)) continue;
          matches += 1;
          await add(found);
        }
      if (matches === 0) skipped.push({ path: one, reason: nothingThere });
    }
  }
  return { paths: [...paths].toSorted(), skipped, folders, missing };
}

/** Nothing outside is walked, however much there is. */
const outside =
  "The folder is outside of the project's folder. Copy its files into the project, or name the project with --project-dir.";

/** @param place the parts of a path from the project's folder. */
function isBelowRoot([first = ""]: readonly string[]): boolean {
  return first !== ".." && !isAbsolute(first);
}

function describeFolder(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "EACCES" || code === "EPERM")
    return "The folder may not be read. Change its permissions, or leave it out.";
  return `The folder could not be read: ${error instanceof Error ? error.message : String(error)}`;
}

function describeLink(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ELOOP"
    ? "The symbolic link leads to itself. Remove it."
    : "The file does not exist, or its symbolic link leads nowhere.";
}
