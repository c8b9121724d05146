import {
  checkCitation,
  type CheckedCitation,
  type Citation,
  claimsOf,
  type ListedPage,
  type PassedOverPage,
  type SearchHit,
  type Wiki,
  type WikiCheck,
} from "@ktx/wiki";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { type CitedLines, type CiteInput, citeLines } from "./cite-lines.ts";
import { createPageNames, type PageNames } from "./page-names.ts";
import { explainedWiki, openProjectWiki, type WikiPlace } from "./open-project-wiki.ts";

/** One question to the wiki of a project. */
export type WikiQuestion = WikiPlace &
  (
    | {
        readonly type: "search";
        readonly query: string;
        readonly tags: readonly string[];
        readonly limit: number;
      }
    | { readonly type: "read"; readonly page: string }
    | { readonly type: "list"; readonly tags: readonly string[] }
    | { readonly type: "why"; readonly name: string }
    | { readonly type: "check"; readonly fix: boolean }
    | ({ readonly type: "cite" } & CiteInput)
  );

/** The object that `ktx wiki <command> --json` prints. */
export type WikiAnswer =
  | { readonly version: 1; readonly type: "search"; readonly hits: readonly SearchHit[] }
  | { readonly version: 1; readonly type: "read"; readonly page: ReadPage }
  | {
      readonly version: 1;
      readonly type: "list";
      readonly pages: readonly ListedPage[];
      /** Pages that are there and are neither listed nor searched, with the reason. */
      readonly passedOver: readonly PassedOverPage[];
    }
  | {
      readonly version: 1;
      readonly type: "why";
      readonly page: string;
      readonly citations: readonly WhyCitation[];
      /** The sentences, list items and rows of the page that cite something, in their order. */
      readonly claims: readonly WhyClaim[];
    }
  | {
      readonly version: 1;
      readonly type: "used-by";
      readonly source: string;
      readonly pages: readonly string[];
    }
  | ({ readonly version: 1; readonly type: "check" } & WikiCheck)
  | ({ readonly version: 1; readonly type: "cite" } & CitedLines);

interface ReadPage extends ListedPage {
  /** The file as it is. */
  readonly text: string;
  /** The pages that link to it. */
  readonly backlinks: readonly string[];
}

export type WhyCitation = Pick<Citation, "id" | "source" | "from" | "to" | "line"> &
  Pick<CheckedCitation, "state" | "movedTo">;

interface WhyClaim {
  /** Without its footnotes. */
  readonly text: string;
  /** The ids of its citations. */
  readonly citations: readonly string[];
}

export async function askWiki(
  question: WikiQuestion,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<WikiAnswer> {
  await using wiki = await openProjectWiki(question, io);
  const names = createPageNames(question, wiki, io);
  return await explainedWiki(() => answer(question, { wiki, names, signal: io.signal }));
}

interface Asked {
  readonly wiki: Wiki;
  readonly names: PageNames;
  readonly signal: AbortSignal;
}

async function answer(question: WikiQuestion, asked: Asked): Promise<WikiAnswer> {
  const { wiki, names, signal } = asked;
  switch (question.type) {
    case "search": {
      const { query, tags, limit } = question;
      return { version: 1, type: "search", hits: await wiki.search(query, { tags, limit }) };
    }
    case "read":
      return { version: 1, type: "read", page: await readPage(question.page, asked) };
    case "list":
      return {
        version: 1,
        type: "list",
        pages: await wiki.list({ tags: question.tags }),
        passedOver: await wiki.passedOver(),
      };
    case "why":
      return await why(question.name, asked);
    case "check":
      return { version: 1, type: "check", ...(await wiki.check({ fix: question.fix, signal })) };
    case "cite":
      return { version: 1, type: "cite", ...(await citeLines(question, wiki, names)) };
  }
}

async function readPage(given: string, { wiki, names }: Asked): Promise<ReadPage> {
  const page = await wiki.page(await names.page(given));
  if (page === undefined) throw await noPage(given, wiki);
  const { name, title, summary, tags, updated, text } = page;
  const backlinks = await wiki.backlinks(name);
  return {
    name,
    title,
    summary,
    tags,
    ...(updated === undefined ? {} : { updated }),
    text,
    backlinks,
  };
}

/** A page's citations; for a source, the pages that cite it. */
async function why(given: string, { wiki, names, signal }: Asked): Promise<WikiAnswer> {
  for (const source of await names.sources(given)) {
    const pages = await wiki.usedBy(source);
    if (pages.length > 0) return { version: 1, type: "used-by", source, pages };
  }
  const name = await names.page(given);
  const citations = await wiki.why(name);
  if (citations === undefined) throw await noPage(given, wiki);
  const checked: WhyCitation[] = [];
  for (const citation of citations) {
    signal.throwIfAborted();
    const { id, source, from, to, line } = citation;
    const { state, movedTo } = await checkCitation(citation, wiki.sources);
    checked.push({ id, source, from, to, line, state, ...(movedTo && { movedTo }) });
  }
  const page = await wiki.page(name);
  const claims = page === undefined ? [] : joinSides(claimsOf(page));
  return { version: 1, type: "why", page: name, citations: checked, claims };
}

/** The sides of a contradiction, which an ingest writes as `note ([^s1] against [^s2])`, are one claim. */
function joinSides(claims: ReturnType<typeof claimsOf>): readonly WhyClaim[] {
  const joined: { text: string; line: number; citations: readonly string[] }[] = [];
  for (const { text, line, citations } of claims) {
    const ids = citations.map(({ id }) => id);
    const last = joined.at(-1);
    if (text === "against" && last?.line === line) {
      last.text = last.text.replace(/ \($/, "");
      last.citations = [...last.citations, ...ids];
    } else joined.push({ text, line, citations: ids });
  }
  return joined.map(({ text, citations }) => ({ text, citations }));
}

async function noPage(given: string, wiki: Wiki): Promise<CliError> {
  const near = await wiki.search(given.replace(/\.md$/i, "").replaceAll(/[-_/]/g, " "), {
    limit: 3,
  });
  return new CliError({
    what: `There is no page ${JSON.stringify(given)} in ${wiki.folder}.`,
    next:
      near.length === 0
        ? "List the pages with `ktx wiki list`."
        : `Did you mean ${near.map(({ name }) => name).join(", ")}?`,
    exitCode: exitCodes.failed,
  });
}
