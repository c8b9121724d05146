import type { SearchHit } from "@ktx/wiki";
import { pageAddress } from "../addresses.ts";
import { html, type Html, type HtmlPart } from "../html.ts";
import { showTags } from "./page-list.ts";

/** The result of a search; the script puts it into the page while the reader types. */
export function showHits(query: string, hits: readonly SearchHit[]): Html {
  const count = hits.length === 1 ? "1 page" : `${hits.length} pages`;
  const title = query.trim() === "" ? "Search" : `Search: ${query.trim()}`;
  const found = query.trim() === "" ? "Type words to search for." : `${count} found.`;
  return html`<h1>${title}</h1>
    <p role="status">${found}</p>
    <ol class="hits">
      ${hits.map(
        (hit) =>
          html` <li>
            <h2><a href="${pageAddress(hit.name)}">${hit.title}</a></h2>
            <p>${highlight(hit.snippet)}</p>
            <p class="meta">${hit.name}${showTags(hit.tags)}</p>
          </li>`,
      )}
    </ol>`;
}

/** A snippet has `**` around the words that were looked for. */
function highlight(snippet: string): HtmlPart {
  return snippet
    .split("**")
    .map((part, index) => (index % 2 === 1 ? html`<mark>${part}</mark>` : part));
}
