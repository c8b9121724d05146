import type { CheckedCitation, ListedPage, WikiPage } from "@ktx/wiki";
import { pageAddress, sourceAddress } from "../addresses.ts";
import { html, type Html, type HtmlPart } from "../html.ts";
import type { PageLinks } from "../page-links.ts";
import { footnoteId, renderMarkdown } from "../render-markdown.ts";
import { showTags } from "./page-list.ts";

export interface ShownPage {
  readonly page: WikiPage;
  readonly links: PageLinks;
  readonly backlinks: readonly Pick<ListedPage, "name" | "title">[];
  /** The state of each citation, by the id of its footnote. */
  readonly states: ReadonlyMap<string, CheckedCitation>;
}

/** A page with its claims, their sources and the pages that link here. */
export function showPage({ page, links, backlinks, states }: ShownPage): Html {
  const { body, footnotes } = renderMarkdown(page.text.slice(page.frontMatter.bodyStart), links);
  const hasTitle = page.headings.some(({ level, text }) => level === 1 && text === page.title);
  return html`<article>
      ${hasTitle ? undefined : html`<h1>${page.title}</h1>`}
      <p class="meta">
        ${page.name}${page.updated === undefined ? undefined : ` · updated ${page.updated}`}${showTags(page.tags)}
      </p>
      ${page.problems.map(({ line, message }) => html`<p class="problem">Line ${line}: ${message}</p>`)}
      ${body}
    </article>
    ${
      footnotes.length === 0
        ? undefined
        : html`<section aria-labelledby="sources">
            <h2 id="sources">Sources and notes</h2>
            <ol class="sources">
              ${footnotes.map(({ id, content }) => showFootnote(page, id, content, states))}
            </ol>
          </section>`
    }
    ${
      backlinks.length === 0
        ? undefined
        : html`<section aria-labelledby="backlinks">
            <h2 id="backlinks">Pages that link here</h2>
            <ul>
              ${backlinks.map(({ name, title }) => html`<li><a href="${pageAddress(name)}">${title}</a></li>`)}
            </ul>
          </section>`
    }`;
}

function showFootnote(
  page: WikiPage,
  id: string,
  content: Html,
  states: ShownPage["states"],
): HtmlPart {
  const citation = page.citations.find((one) => one.id === id);
  const text = `#${footnoteId(id)}-ref-1`;
  const back = html`<a href="${text}" aria-label="Back to the text of ${id}">↩</a>`;
  if (citation === undefined)
    return html` <li id="${footnoteId(id)}"><b>${id}</b> ${content} ${back}</li>`;
  const { source, from, to } = citation;
  const checked = states.get(id) ?? { state: "fine" };
  const place = checked.movedTo ?? { source, from, to };
  const range = from === to ? from : `${from}-${to}`;
  return html` <li id="${footnoteId(id)}">
    <b>${id}</b> <a href="${sourceAddress(place.source, place)}">${source}:${range}</a>
    <span class="state ${checked.state}">${stateWords[checked.state]}</span> ${back}
  </li>`;
}

const stateWords: Readonly<Record<CheckedCitation["state"], string>> = {
  fine: "unchanged since it was cited",
  moved: "the lines have moved",
  stale: "the lines have changed since they were cited",
  gone: "the lines are gone",
  unreadable: "cannot be read",
};
