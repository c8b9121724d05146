import type { PageFolder } from "./page-folder.ts";
import type { PassedOverPage } from "./passed-over-page.ts";
import { WikiError } from "./wiki-error.ts";
import type { WikiIndex } from "./wiki-index.ts";
import type { WikiPage } from "./wiki-page.ts";

/** Looks at the files of a wiki, which others change too, and brings the index up to date. */
export interface PageLooks {
  /** @returns the number of pages that were read. */
  readonly update: (index: WikiIndex) => number;
  /** True where the last look is too long ago. */
  readonly isDue: () => boolean;
  /** Makes the next look due now. */
  readonly forget: () => void;
  /** The pages that the last look found, and that are not in the index. */
  readonly passedOver: () => readonly PassedOverPage[];
}

export interface PageLooksOptions {
  readonly files: Pick<PageFolder, "walk">;
  /** @throws {WikiError} for a page that is there and cannot be read. */
  readonly readPage: (name: string) => WikiPage | undefined;
  readonly now: () => number;
  readonly freshMs: number;
}

export function createPageLooks({ files, readPage, now, freshMs }: PageLooksOptions): PageLooks {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let passedOver: readonly PassedOverPage[] = [];
  return {
    update: (index) => {
      const known = index.stamps();
      const found = files.walk();
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
    isDue: () => Math.abs(now() - lookedAt) >= freshMs,
    forget: () => {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    passedOver: () => passedOver,
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
