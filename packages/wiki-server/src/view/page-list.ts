import type { ListedPage } from "@ktx/wiki";
import { pageAddress } from "../addresses.ts";
import { html, type Html, type HtmlPart } from "../html.ts";

/** All pages of the wiki, or those with one tag. */
export function showPageList(wikiTitle: string, pages: readonly ListedPage[], tag?: string): Html {
  const count = pages.length === 1 ? "1 page" : `${pages.length} pages`;
  return html`<h1>${tag === undefined ? wikiTitle : `Tag: ${tag}`}</h1>
    <p>${count}${tag === undefined ? undefined : ` with this tag`}.</p>
    <ul class="pages">
      ${pages.map(
        ({ name, title, summary, tags }) =>
          html` <li>
            <a href="${pageAddress(name)}">${title}</a>
            ${summary === "" ? undefined : html`<span>${summary}</span>`}
            <span class="meta">${name}${showTags(tags)}</span>
          </li>`,
      )}
    </ul>`;
}

export function showTags(tags: readonly string[]): HtmlPart {
  return tags.map(
    (tag) => html` <a class="tag" href="/?tag=${encodeURIComponent(tag)}">#${tag}</a>`,
  );
}
