import { type FSWatcher, lstatSync, watch } from "node:fs";
import { join } from "node:path";
import { isMissing } from "./confined-folder.ts";

/** Hears of changes below a folder, so that a folder without changes need not be walked through. */
export interface FolderWatch extends Disposable {
  /**
   * Watches these folders from now on, and no others.
   *
   * @param folders below the root, with `/`; empty for the root itself.
   * @returns true where some were not watched before: what changed in them until now is not known.
   */
  readonly follow: (folders: readonly string[]) => boolean;
  /** True where all folders are watched, and nothing has changed since the last `forget`, as far as the system has said. */
  readonly isQuiet: () => boolean;
  /** Forgets the changes so far. */
  readonly forget: () => void;
}

interface Watched extends Disposable {
  /** A folder that was removed and made again is another one, of which this watch hears nothing. */
  readonly identity: string;
}

/** More folders are not watched: systems have a limit for all programs of a user together. */
const maxFolders = 2_000;

/** The watch keeps no process alive. Where the system refuses to watch, nothing is ever quiet. */
export function watchFolders(root: string): FolderWatch {
  const watched = new Map<string, Watched>();
  let hasChanged = true;
  let isComplete = false;
  let isRefused = false;
  const end = (): void => {
    for (const one of watched.values()) one[Symbol.dispose]();
    watched.clear();
  };
  const refuse = (): void => {
    isRefused = true;
    end();
  };
  const drop = (folder: string): void => {
    watched.get(folder)?.[Symbol.dispose]();
    watched.delete(folder);
  };
  const add = (folder: string): boolean => {
    const path = join(root, folder);
    try {
      const identity = identityOf(path);
      if (watched.get(folder)?.identity === identity) return false;
      drop(folder);
      const watcher: FSWatcher = watch(path, { persistent: false }, () => {
        hasChanged = true;
      });
      watcher.on("error", refuse);
      watched.set(folder, { identity, [Symbol.dispose]: () => watcher.close() });
      return true;
    } catch (error) {
      drop(folder);
      if (!isMissing(error)) refuse();
      return false;
    }
  };
  return {
    follow: (folders) => {
      if (folders.length > maxFolders) refuse();
      if (isRefused) return false;
      const wanted = new Set(folders);
      for (const folder of watched.keys()) if (!wanted.has(folder)) drop(folder);
      let isNew = false;
      for (const folder of folders) if (!isRefused && add(folder)) isNew = true;
      isComplete = watched.size === wanted.size;
      return isNew;
    },
    isQuiet: () => !isRefused && isComplete && !hasChanged,
    forget: () => {
      hasChanged = false;
    },
    [Symbol.dispose]: end,
  };
}

function identityOf(folder: string): string {
  const { ino, birthtimeMs } = lstatSync(folder);
  return `${ino}:${birthtimeMs}`;
}
