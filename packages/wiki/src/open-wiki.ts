import { checkFolder } from "./check-folder.ts";
import { movedCitationEdit, type WikiCheck } from "./check-wiki.ts";
import { openPageFolder } from "./page-folder.ts";
import type { PageSink, PageVersion } from "./page-sink.ts";
import { searchPages, type SearchHit, type SearchOptions, tagsOf } from "./search-pages.ts";
import { openSources, type Sources } from "./sources.ts";
import { applyEdits } from "./text-edit.ts";
import { WikiError } from "./wiki-error.ts";
import { openLiveIndex } from "./index-file.ts";
import { createPageLooks } from "./page-looks.ts";
import type { PassedOverPage } from "./passed-over-page.ts";
import { keysOfPage, textOf } from "./wiki-index.ts";
import { parsePage, type WikiPage } from "./wiki-page.ts";

export interface WikiOptions {
  readonly projectDir: string;
  /** The folder of the pages, from the project's. @default "wiki" */
  readonly folder?: string;
  /** @default the text files below the project's folder */
  readonly sources?: Sources;
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: () => number;
  /**
   * Changes by others are looked for before a search that comes this much later than the last look. A wiki that stays open
   * watches its folders, and walks through them after a change, or once a minute; 0 walks each time. @default 1000
   */
  readonly freshMs?: number;
}

/** A page as a list shows it. */
export interface ListedPage {
  /** Its path below the wiki's folder, with `/`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** As the front matter has it. */
  readonly updated?: string;
}

/** A wiki on disk. The files are the truth; the index below `.ktx` follows them. */
export interface Wiki extends PageSink, AsyncDisposable {
  /** The folder of the pages, from the project's. */
  readonly folder: string;
  readonly sources: Sources;
  /** The pages that answer a question, the best one first. */
  readonly search: (query: string, options?: SearchOptions) => Promise<readonly SearchHit[]>;
  /** A page with all that can be read of it. Undefined where there is no such page. */
  readonly page: (name: string) => Promise<WikiPage | undefined>;
  /** All pages in the order of their names; with `tags` those that have all of these. */
  readonly list: (options?: Pick<SearchOptions, "tags">) => Promise<readonly ListedPage[]>;
  /** The names of the pages that link to a page. */
  readonly backlinks: (name: string) => Promise<readonly string[]>;
  /** The citations of a page: why it says what it says. Undefined where there is no such page. */
  readonly why: (name: string) => Promise<WikiPage["citations"] | undefined>;
  /** The names of the pages that cite a file. @param source from the project's folder, with `/`. */
  readonly usedBy: (source: string) => Promise<readonly string[]>;
  /** Pages that are there and are neither listed nor searched, such as links, with the reason. */
  readonly passedOver: () => Promise<readonly PassedOverPage[]>;
  /** `fix` gives citations the new place of lines that have moved; nothing else is changed. */
  readonly check: (options?: {
    readonly fix?: boolean;
    readonly signal?: AbortSignal;
  }) => Promise<WikiCheck>;
  /** Looks for changed files now. @returns the number of pages that were read. */
  readonly refresh: () => Promise<number>;
}

/** Opens the wiki of a project. @throws {WikiError} `page-outside` */
export async function openWiki(options: WikiOptions): Promise<Wiki> {
  const { projectDir, now = () => Date.now(), freshMs = 1_000 } = options;
  const files = openPageFolder(projectDir, options.folder ?? "wiki");
  const sources = options.sources ?? (await openSources(projectDir));
  let closed = false;

  const readPage = (name: string): WikiPage | undefined => {
    const version = files.read(name);
    if (version === undefined) return undefined;
    const page = parsePage(version.name, version.text, files.folder);
    if (page.hash === version.hash) return page;
    const message = "The page is not UTF-8: some characters cannot be read. Convert the file.";
    return { ...page, hash: version.hash, problems: [{ line: 1, message }, ...page.problems] };
  };
  const looks = createPageLooks({ files, readPage, now, freshMs });
  const live = openLiveIndex({
    dataFolder: files.dataFolder,
    wikiFolder: files.folder,
    fill: (index) => void looks.update(index),
  });
  const refresh = (): number => live.use(looks.update);
  const fresh = async (): Promise<void> => {
    if (await looks.isDue()) refresh();
  };
  const read = async (name: string): Promise<PageVersion | undefined> => files.read(name);
  const write: PageSink["write"] = async (change) => {
    const written = files.write(change);
    if (written.outcome === "conflict") return written;
    const page =
      change.text === null ? undefined : parsePage(change.name, change.text, files.folder);
    // The next look reads it once more, and knows its stamp then.
    try {
      live.use((index) =>
        index.together(() =>
          page === undefined ? index.remove(change.name) : index.put(page, "", now()),
        ),
      );
    } catch (error) {
      // The page is written: the next look brings it into the index.
      if (!(error instanceof WikiError)) throw error;
      looks.forget();
    }
    return written;
  };
  const namesFor = (sql: string, values: readonly string[]): readonly string[] =>
    live.use(({ database }) => [
      ...new Set(
        values.flatMap((value) =>
          database
            .prepare(sql)
            .all(value)
            .map((row) => textOf(row, "name")),
        ),
      ),
    ]);
  const wiki: Wiki = {
    folder: files.folder,
    sources,
    read,
    write,
    page: async (name) => readPage(name),
    search: async (query, searchOptions = {}) => {
      await fresh();
      return live.use((index) => searchPages(index, query, searchOptions, now()));
    },
    list: async ({ tags = [] } = {}) => {
      await fresh();
      const rows = live.use(({ database }) =>
        database
          .prepare("SELECT name, title, summary, tags, updated FROM page ORDER BY name")
          .all(),
      );
      return rows
        .map((row) => {
          const updated = textOf(row, "updated");
          return {
            name: textOf(row, "name"),
            title: textOf(row, "title"),
            summary: textOf(row, "summary"),
            tags: tagsOf(row),
            ...(updated === "" ? {} : { updated }),
          };
        })
        .filter((page) =>
          tags.every((tag) => page.tags.some((own) => own.toLowerCase() === tag.toLowerCase())),
        );
    },
    backlinks: async (name) => {
      await fresh();
      const page = readPage(name);
      const keys = keysOfPage(name, page?.title ?? name, page?.aliases);
      return namesFor(
        "SELECT name FROM link JOIN page ON page.id = link.page WHERE key = ? ORDER BY name",
        keys,
      )
        .filter((other) => other !== name)
        .toSorted();
    },
    why: async (name) => readPage(name)?.citations,
    usedBy: async (source) => {
      await fresh();
      return namesFor(
        "SELECT name FROM citation JOIN page ON page.id = citation.page WHERE source = ? ORDER BY name",
        [source],
      );
    },
    passedOver: async () => {
      await fresh();
      return looks.passedOver();
    },
    refresh: async () => refresh(),
    check: async ({ fix = false, signal } = {}) => {
      refresh();
      const checkAll = async (): Promise<WikiCheck> =>
        await checkFolder({
          found: files.walk(),
          readPage,
          sources,
          wikiFolder: files.folder,
          signal,
        });
      const report = await checkAll();
      if (!fix) return report;
      const moved = report.findings.filter(({ movedTo }) => movedTo !== undefined);
      for (const name of new Set(moved.map(({ page }) => page))) await fixPage(name, report);
      return await checkAll();
    },
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      closed = true;
      looks[Symbol.dispose]();
      live[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
  return wiki;

  async function fixPage(name: string, { findings }: WikiCheck): Promise<void> {
    const page = readPage(name);
    const edits = findings
      .filter((finding) => finding.page === name)
      .flatMap((finding) => movedCitationEdit(finding, files.folder) ?? []);
    if (page !== undefined && edits.length > 0)
      await write({ name, text: applyEdits(page.text, edits), baseHash: page.hash });
  }
}
