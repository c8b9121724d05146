import type { FolderWatch } from "./folder-watch.ts";
import type { PageFolder } from "./page-folder.ts";
import type { PassedOverPage } from "./passed-over-page.ts";
import { WikiError } from "./wiki-error.ts";
import type { WikiIndex } from "./wiki-index.ts";
import type { WikiPage } from "./wiki-page.ts";

/** Looks at the files of a wiki, which others change too, and brings the index up to date. */
export interface PageLooks extends Disposable {
  /** @returns the number of pages that were read. */
  readonly update: (index: WikiIndex) => number;
  /** True where others may have changed pages since the last look. */
  readonly isDue: () => Promise<boolean>;
  /** Makes the next look due now. */
  readonly forget: () => void;
  /** The pages that the last look found, and that are not in the index. */
  readonly passedOver: () => readonly PassedOverPage[];
}

export interface PageLooksOptions {
  readonly files: Pick<PageFolder, "walk" | "watch">;
  /** @throws {WikiError} for a page that is there and cannot be read. */
  readonly readPage: (name: string) => WikiPage | undefined;
  readonly now: () => number;
  /** Within this time after a look, none is due. 0: each is due. */
  readonly freshMs: number;
}

/** A network's folder says nothing about changes by other machines. */
const longestTrustMs = 60_000;

export function createPageLooks({ files, readPage, now, freshMs }: PageLooksOptions): PageLooks {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let passedOver: readonly PassedOverPage[] = [];
  let watch: FolderWatch | undefined;
  return {
    update: (index) => {
      // A program that looks once has no use for a watch.
      if (Number.isFinite(lookedAt) && freshMs > 0) watch ??= files.watch();
      watch?.forget();
      const known = index.stamps();
      let found = files.walk();
      // Pages may have changed in a new folder before it was watched.
      if (watch?.follow(found.folders) === true) found = files.walk();
      const changed = found.files.filter(({ path, stamp }) => known.get(path) !== stamp);
      const names = new Set(found.files.map(({ path }) => path));
      const removed = [...known.keys()].filter((name) => !names.has(name));
      // A page that cannot be read has no stamp in the index: each look tries it again.
      const unreadable: PassedOverPage[] = [];
      if (changed.length + removed.length > 0)
        index.together(() => {
          unreadable.length = 0;
          for (const name of removed) index.remove(name);
          for (const { path, stamp } of changed) {
            const page = read(path, unreadable);
            if (page === undefined) index.remove(path);
            else index.put(page, stamp, Number(stamp.split(":")[0]));
          }
        });
      lookedAt = now();
      passedOver = [...found.passedOver, ...unreadable];
      return changed.length;
    },
    isDue: async () => {
      const age = Math.abs(now() - lookedAt);
      if (age < freshMs) return false;
      if (watch === undefined || age >= longestTrustMs) return true;
      await eventsHaveCome();
      return !watch.isQuiet();
    },
    forget: () => {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    passedOver: () => passedOver,
    [Symbol.dispose]: () => watch?.[Symbol.dispose](),
  };

  /** One page that cannot be read costs that page alone. */
  function read(name: string, unreadable: PassedOverPage[]): WikiPage | undefined {
    try {
      return readPage(name);
    } catch (error) {
      if (!(error instanceof WikiError)) throw error;
      unreadable.push({ name, message: error.message });
      return undefined;
    }
  }
}

/** Two turns of the event loop, of which the second one has read all that the system had to say before this call. */
async function eventsHaveCome(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
