/** The content of a page at one moment. */
export interface PageVersion {
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the file; the base of a change. */
  readonly hash: string;
}

/** The version of a page as a model reads and gives it: the first 16 digits of its hash. Pure. */
export function versionOf(hash: string): string {
  return hash.slice(0, 16);
}

export interface PageChange {
  readonly name: string;
  /** The whole new text; null removes the page. */
  readonly text: string | null;
  /** The hash of the version that the change is made from; null where there was no page. */
  readonly baseHash: string | null;
}

export type PageWritten =
  /** `hash` is that of the new version; null where the page was removed. */
  | { readonly outcome: "written"; readonly hash: string | null }
  /** The page is no longer the base of the change, which was not made. */
  | { readonly outcome: "conflict"; readonly current: PageVersion | undefined };

/** Where pages are read from. */
export interface PageReader {
  /** Undefined where there is no such page. */
  readonly read: (name: string) => Promise<PageVersion | undefined>;
}

/** Where pages are written to: a folder, or a patch. */
export interface PageSink extends PageReader {
  readonly write: (change: PageChange) => Promise<PageWritten>;
}
