import { html, type Html, type HtmlPart } from "../html.ts";

export interface Layout {
  /** The title of the wiki, such as the name of its project. */
  readonly wikiTitle: string;
  readonly title: string;
  /** The number of proposals that wait; undefined where the wiki has no review queue. */
  readonly waiting: number | undefined;
  /** The words in the search box. */
  readonly query?: string;
  readonly main: HtmlPart;
}

/** A whole document. Its style and script come from this server, and nothing else is loaded. */
export function layoutPage({ wikiTitle, title, waiting, query = "", main }: Layout): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title === wikiTitle ? title : `${title} · ${wikiTitle}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
        <script src="/script.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <nav aria-label="Wiki">
            <a class="home" href="/">${wikiTitle}</a>
            <a href="/check">Check</a>
            ${waiting === undefined ? undefined : showReviewLink(waiting)}
          </nav>
          <form role="search" action="/search">
            <label for="q">Search</label>
            <input
              id="q"
              name="q"
              type="search"
              value="${query}"
              autocomplete="off"
              placeholder="Press / to search"
            />
          </form>
        </header>
        <main id="main" tabindex="-1">${main}</main>
      </body>
    </html> `;
}

function showReviewLink(waiting: number): Html {
  const count = waiting === 0 ? undefined : html` <b>${waiting}</b>`;
  return html`<a href="/review">Review${count}</a>`;
}
