import { mkdirSync, readdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { readConfined, statConfined, writeConfined } from "./confined-folder.ts";
import { contentHash } from "./content-hash.ts";
import { type FolderWatch, watchFolders } from "./folder-watch.ts";
import { ignoreFolder } from "./ignore-folder.ts";
import { databaseFailureOf } from "./open-database.ts";
import { PageLock } from "./page-lock.ts";
import { checkPageName, checkPagePath } from "./page-name.ts";
import type { PageChange, PageVersion, PageWritten } from "./page-sink.ts";
import { describePassedOver, type PassedOverPage } from "./passed-over-page.ts";
import { type FoundFile, walkConfined } from "./walk-folder.ts";
import { WikiError } from "./wiki-error.ts";

/** The files of a wiki. Each call ends before it returns. */
export interface PageFolder extends Disposable {
  /** The folder, from the project's, with `/`; empty where it is the project's. */
  readonly folder: string;
  /** The folder for what can be made again; undefined where it cannot be written to. */
  readonly dataFolder: string | undefined;
  readonly read: (name: string) => PageVersion | undefined;
  /** Changes one page, if it still is the base of the change; no other writer is in between. */
  readonly write: (change: PageChange) => PageWritten;
  readonly walk: () => FoundPages;
  /** Hears of changes of the pages' folders. */
  readonly watch: () => FolderWatch;
}

export interface FoundPages {
  readonly files: readonly FoundFile[];
  readonly passedOver: readonly PassedOverPage[];
  /** The folders that may hold pages. */
  readonly folders: readonly string[];
}

/** @throws {WikiError} `page-outside` where the wiki's folder, or `.ktx`, is a link that leads out of the project. */
export function openPageFolder(
  projectDir: string,
  wikiFolder: string,
  lockWaitMs: number = 10_000,
): PageFolder {
  const project = realpathSync(resolve(projectDir));
  const folder = confine(project, wikiFolder);
  const root = join(project, folder);
  const dataFolder = openDataFolder(project);
  const lock =
    dataFolder === undefined ? undefined : new PageLock(join(dataFolder, "wiki.lock"), lockWaitMs);
  const read = (given: string): PageVersion | undefined => {
    const name = given.normalize("NFC");
    checkPagePath(name);
    const content =
      readConfined(root, name) ?? (given === name ? undefined : readConfined(root, given));
    return content === undefined
      ? undefined
      : { name: given, text: decode(content), hash: contentHash(content) };
  };
  return {
    folder: folder.split(sep).join("/"),
    dataFolder,
    read,
    write: (change) => {
      if (dataFolder === undefined || lock === undefined)
        throw new WikiError(
          "page-unwritable",
          `Expected a project whose folder .ktx can be written to: ${change.name} was not written. Check its permissions.`,
        );
      // No other work runs before it is free again.
      try {
        lock.take();
      } catch (error) {
        throw new WikiError("page-unwritable", describeLock(change.name, lock.path, error), {
          cause: error,
        });
      }
      try {
        return writeIfUnchanged(root, change, read, join(dataFolder, "wiki.tmp"));
      } finally {
        lock.release();
      }
    },
    walk: () => {
      const passedOver: PassedOverPage[] = [];
      const folders: string[] = [];
      const found = walkConfined(root, {
        accepts: (path) => path.toLowerCase().endsWith(".md"),
        enters: (path) => path !== "node_modules",
        onPassedOver: (passed) => passedOver.push(describePassedOver(passed)),
        onFolder: (path) => folders.push(path),
      });
      return { files: found, passedOver, folders };
    },
    watch: () => watchFolders(root),
    [Symbol.dispose]: () => lock?.[Symbol.dispose](),
  };
}

function describeLock(name: string, path: string, error: unknown): string {
  switch (databaseFailureOf(error)) {
    case "busy":
      return `${name} was not written: another program holds ${path}. Try again when it has ended.`;
    case "damaged":
      return `${name} was not written: ${path} is damaged. Remove it when no other program writes to the wiki; it is made again.`;
    default:
      return `${name} was not written: ${path} cannot be opened. Check its permissions, and the room on its disk.`;
  }
}

function writeIfUnchanged(
  root: string,
  { name: given, text, baseHash }: PageChange,
  read: PageFolder["read"],
  temporary: string,
): PageWritten {
  // A page that is there may have a name that we would not give.
  const name = baseHash === null ? checkPageName(given) : given;
  const current = read(name);
  if ((current?.hash ?? null) !== baseHash) return { outcome: "conflict", current };
  if (text === null) {
    writeConfined(root, name, null, temporary);
    return { outcome: "written", hash: null };
  }
  if (!text.isWellFormed())
    throw new WikiError(
      "page-unwritable",
      `Expected the text of ${name} to be valid Unicode. Nothing was written.`,
    );
  if (baseHash === null) checkTwins(root, name);
  else if (current !== undefined && contentHash(current.text) !== current.hash)
    throw new WikiError(
      "page-unwritable",
      `Expected ${name} to be UTF-8, got other bytes. Convert the file first: nothing was written.`,
    );
  writeConfined(root, name, text, temporary);
  return { outcome: "written", hash: contentHash(text) };
}

/** Two names that differ in case alone are one file on other systems. */
function checkTwins(root: string, name: string): void {
  let folder = "";
  for (const part of name.split("/")) {
    const status = statConfined(root, folder === "" ? part : `${folder}/${part}`);
    if (status === undefined) {
      const entries =
        folder === "" && statOfRoot(root) === undefined ? [] : namesIn(join(root, folder));
      const twin = entries.find((entry) => folded(entry) === folded(part) && entry !== part);
      if (twin !== undefined)
        throw new WikiError(
          "page-name-taken",
          `Expected a name that differs from others by more than case, got ${JSON.stringify(name)}: ${JSON.stringify(posix.join(folder, twin))} exists. Use that one, or choose another name.`,
        );
      return;
    }
    folder = folder === "" ? part : `${folder}/${part}`;
  }
}

function statOfRoot(root: string): true | undefined {
  try {
    realpathSync(root);
    return true;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function decode(content: Buffer): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
}

/** The folder from the project's; a link to it counts as the folder that it leads to. */
function confine(project: string, wikiFolder: string): string {
  const wanted = resolve(project, wikiFolder);
  let real = wanted;
  try {
    real = realpathSync(wanted);
  } catch {
    // It does not exist: the first page makes it.
  }
  const inside = relative(project, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw new WikiError(
      "page-outside",
      `Expected the wiki's folder to be in the project ${project}, got ${JSON.stringify(wikiFolder)}, which leads out of it. Open the wiki with the folder above it as the project.`,
    );
  return inside;
}

function openDataFolder(project: string): string | undefined {
  const folder = join(project, ".ktx");
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return undefined;
  }
  if (realpathSync(folder) !== folder)
    throw new WikiError(
      "page-outside",
      `Expected ${folder} to be a folder, got a link. Remove it: ktx makes the folder again.`,
    );
  // Where nothing can be written, the index is kept in memory.
  ignoreFolder(folder);
  return folder;
}
