import { openWiki } from "@ktx/wiki";

/** The wiki as of the start of a run. */
export interface WikiSnapshot {
  /** The best pages, at most ten. */
  readonly search: (query: string) => Promise<readonly SnapshotHit[]>;
  readonly read: (page: string) => string | undefined;
}

interface SnapshotHit {
  readonly page: string;
  readonly title: string;
  /** A part of the page that has words of the query. */
  readonly line: string;
}

export interface SnapshotInput {
  readonly projectDir: string;
  /** The pages' Markdown by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch; the time by which pages are new or old. */
  readonly startedAtMs: number;
}

export interface OpenSnapshot extends WikiSnapshot, AsyncDisposable {}

/** Opens the search of `@ktx/wiki` over the pages as they are now. Later edits are not seen. */
export async function openSnapshot(input: SnapshotInput): Promise<OpenSnapshot> {
  const { projectDir, texts, startedAtMs } = input;
  const wiki = await openWiki({
    projectDir,
    now: () => startedAtMs,
    freshMs: Number.POSITIVE_INFINITY,
  });
  return {
    read: (page) => texts.get(page),
    search: async (query) =>
      (await wiki.search(query, { limit: 10 }))
        .filter(({ name }) => texts.has(name))
        .map(({ name, title, snippet }) => ({
          page: name,
          title: title.slice(0, 200),
          line: snippet.slice(0, 300),
        })),
    [Symbol.asyncDispose]: () => wiki[Symbol.asyncDispose](),
  };
}
