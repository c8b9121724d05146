import { checkCitation, type LineRange, type Wiki, WikiError } from "@ktx/wiki";
import { nameIn } from "./addresses.ts";
import { html, type Html } from "./html.ts";
import { createPageLinks } from "./page-links.ts";
import type { Reviews, Verdict } from "./reviews.ts";
import { showCheck } from "./view/check-view.ts";
import { showHits } from "./view/hit-list.ts";
import { layoutPage } from "./view/layout.ts";
import { showPageList } from "./view/page-list.ts";
import { showPage } from "./view/page-view.ts";
import { showReviews } from "./view/review-view.ts";
import { showSource } from "./view/source-view.ts";

export interface Site {
  readonly wiki: Wiki;
  readonly title: string;
  readonly reviews?: Reviews | undefined;
}

/** An answer of HTML, before it has headers. */
export interface Answer {
  readonly status: 200 | 303 | 404 | 405 | 409;
  readonly markup: string;
  readonly location?: string;
}

export interface AdmittedVisit {
  readonly method: string;
  readonly url: URL;
  /** The fields of a form; empty for GET. */
  readonly form: URLSearchParams;
  readonly signal: AbortSignal;
}

/** Answers a request that was admitted. */
export async function answerVisit(site: Site, visit: AdmittedVisit): Promise<Answer> {
  const { wiki, title: wikiTitle, reviews } = site;
  const { pathname, searchParams } = visit.url;
  const query = searchParams.get("q")?.slice(0, 1_000) ?? "";
  const show = async (
    title: string,
    main: Html,
    status: Answer["status"] = 200,
  ): Promise<Answer> => {
    const waiting = (await reviews?.list())?.length;
    const layout = { wikiTitle, title, waiting, main, ...(pathname === "/search" && { query }) };
    return { status, markup: String(layoutPage(layout)) };
  };
  const missing = async (what: string): Promise<Answer> =>
    await show(
      "Not found",
      html`<h1>Not found</h1>
        <p>${what} <a href="/">All pages</a></p>`,
      404,
    );

  if (visit.method === "POST") {
    const id = pathname.startsWith("/review/") ? nameIn(pathname, "/review/") : undefined;
    const verdict = readVerdict(visit.form.get("verdict"));
    if (reviews === undefined || id === undefined || verdict === undefined)
      return await show(
        "Not allowed",
        html`<h1>Not allowed</h1>
          <p>Only proposals take a verdict.</p>`,
        405,
      );
    try {
      await reviews.settle(id, verdict, visit.form.get("version") ?? "");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return await show("Review", showReviews(await reviews.list(), message), 409);
    }
    const done = verdict === "accept" ? "accepted" : "rejected";
    return { status: 303, markup: "", location: `/review?${done}=${encodeURIComponent(id)}` };
  }
  if (pathname === "/") {
    const tag = searchParams.get("tag") ?? undefined;
    const pages = await wiki.list(tag === undefined ? {} : { tags: [tag] });
    return await show(
      tag === undefined ? wikiTitle : `#${tag}`,
      showPageList(wikiTitle, pages, tag),
    );
  }
  if (pathname === "/search" || pathname === "/hits") {
    const main = showHits(query, await wiki.search(query, { limit: 30 }));
    return pathname === "/hits"
      ? { status: 200, markup: String(main) }
      : await show("Search", main);
  }
  if (pathname === "/check")
    return await show("Check", showCheck(await wiki.check({ signal: visit.signal })));
  if (pathname === "/review" && reviews !== undefined)
    return await show("Review", showReviews(await reviews.list(), noticeOf(searchParams)));
  if (pathname.startsWith("/page/")) {
    const name = nameIn(pathname, "/page/");
    const main = name === undefined ? undefined : await readPage(site, name);
    return main === undefined
      ? await missing("There is no such page.")
      : await show(main.title, main.markup);
  }
  if (pathname.startsWith("/source/")) {
    const path = nameIn(pathname, "/source/");
    const main =
      path === undefined ? undefined : await readSource(site, path, searchParams.get("lines"));
    return main === undefined
      ? await missing("No page cites such a file, or its text cannot be read.")
      : await show(path ?? "", main);
  }
  return await missing("There is nothing at this address.");
}

async function readPage(
  { wiki }: Site,
  name: string,
): Promise<{ readonly title: string; readonly markup: Html } | undefined> {
  const page = await tolerant(async () => wiki.page(name));
  if (page === undefined) return undefined;
  const pages = await wiki.list();
  const titles = new Map(pages.map((one) => [one.name, one.title]));
  const checked = await Promise.all(
    page.citations.map(async (one) => [one.id, await checkCitation(one, wiki.sources)] as const),
  );
  const backlinks = (await wiki.backlinks(page.name)).map((other) => ({
    name: other,
    title: titles.get(other) ?? other,
  }));
  const links = createPageLinks(page, pages, wiki);
  return {
    title: page.title,
    markup: showPage({ page, links, backlinks, states: new Map(checked) }),
  };
}

/** Only a file that a page cites is shown. */
async function readSource(
  { wiki }: Site,
  path: string,
  lines: string | null,
): Promise<Html | undefined> {
  const usedBy = await wiki.usedBy(path);
  if (usedBy.length === 0) return undefined;
  const text = await tolerant(async () => wiki.sources.read(path));
  return text === undefined
    ? undefined
    : showSource({ path, text, usedBy, lines: readLines(lines) });
}

function readLines(text: string | null): LineRange | undefined {
  const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? "") ?? [];
  return from === undefined ? undefined : { from: Number(from), to: Number(to) };
}

function readVerdict(text: string | null): Verdict | undefined {
  return text === "accept" || text === "reject" ? text : undefined;
}

function noticeOf(query: URLSearchParams): string | undefined {
  const accepted = query.get("accepted");
  if (accepted !== null) return `Accepted ${accepted}.`;
  const rejected = query.get("rejected");
  return rejected === null ? undefined : `Rejected ${rejected}.`;
}

async function tolerant<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WikiError) return undefined;
    throw error;
  }
}
