import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

/** Hears of changes below a folder, so that nobody has to walk through it to see that there are none. */
export interface FolderWatch extends Disposable {
  /**
   * Watches these folders from now on, and no others.
   *
   * @param folders below the root, with `/`; empty for the root itself.
   * @returns true where some were not watched before: what changed in them until now is not known.
   */
  readonly follow: (folders: readonly string[]) => boolean;
  /** True where nothing has changed since the last `forget`, as far as the system has said. */
  readonly isQuiet: () => boolean;
  /** Forgets the changes so far. */
  readonly forget: () => void;
}

/** More folders are not watched: systems have a limit for all programs of a user together. */
const maxFolders = 2_000;

/** The watch keeps no process alive. Where the system refuses to watch, nothing is ever quiet. */
export function watchFolders(root: string): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let hasChanged = true;
  let isRefused = false;
  const end = (): void => {
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
  const refuse = (): void => {
    isRefused = true;
    end();
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(join(root, folder), { persistent: false }, () => {
        hasChanged = true;
      });
      watchers.set(folder, watcher.on("error", refuse));
    } catch {
      refuse();
    }
  };
  return {
    follow: (folders) => {
      if (folders.length > maxFolders) refuse();
      if (isRefused) return false;
      const wanted = new Set(folders);
      for (const [folder, watcher] of watchers) {
        if (wanted.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      const added = folders.filter((folder) => !watchers.has(folder));
      for (const folder of added) if (!isRefused) add(folder);
      return added.length > 0 && !isRefused;
    },
    isQuiet: () => !isRefused && watchers.size > 0 && !hasChanged,
    forget: () => {
      hasChanged = false;
    },
    [Symbol.dispose]: end,
  };
}
