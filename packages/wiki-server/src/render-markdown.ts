import { Marked, type TokenizerAndRendererExtension } from "marked";
import { escapeHtml, Html } from "./html.ts";
import type { PageLinks } from "./page-links.ts";

/** A page's body, and its footnotes apart from it. */
export interface RenderedMarkdown {
  readonly body: Html;
  readonly footnotes: readonly { readonly id: string; readonly content: Html }[];
}

/**
 * Markdown as HTML that can do nothing but be read: markup in it is shown as text, images are shown as links, and links
 * lead only where `links` lets them. `[^id]` leads to the element with the id `footnoteId(id)`.
 */
export function renderMarkdown(text: string, links: PageLinks): RenderedMarkdown {
  const seen = new Map<string, number>();
  const footnotes: { readonly id: string; readonly content: Html }[] = [];
  const marked = new Marked({
    gfm: true,
    extensions: [wikiLinkExtension(links), footnoteReference(seen), footnoteDefinition],
    renderer: {
      html: ({ text: markup, block }) =>
        block ? `<p>${escapeHtml(markup)}</p>\n` : escapeHtml(markup),
      heading({ tokens, depth, text: words }) {
        return `<h${depth} id="${slug(words)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      // Wide code scrolls, also with the keyboard.
      code: ({ text: code }) =>
        `<pre tabindex="0"><code>${escapeHtml(code.replace(/\n$/, ""))}\n</code></pre>\n`,
      link({ href, tokens }) {
        return anchor(links.ofMarkdownLink(href), this.parser.parseInline(tokens));
      },
      image({ href, text: words }) {
        return anchor(links.ofMarkdownLink(href), escapeHtml(words === "" ? href : words));
      },
      table({ header, rows }) {
        const line = (cells: typeof header, tag: string): string =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>`;
        const body = rows.map((row) => line(row, "td")).join("");
        return `<div class="scroll" tabindex="0"><table><thead>${line(header, "th")}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  marked.use({
    walkTokens: (token) => {
      if (token.type !== "footnoteDefinition") return;
      const content = marked.parseInline(String(token["content"]), { async: false });
      footnotes.push({ id: String(token["id"]), content: new Html(content) });
    },
  });
  return { body: new Html(marked.parse(text, { async: false })), footnotes };
}

/** The id of a footnote in the page's HTML. */
export function footnoteId(id: string): string {
  return `fn-${slug(id)}`;
}

function anchor(address: string | undefined, content: string): string {
  if (address === undefined) return `<span class="no-target">${content}</span>`;
  const isOther = /^[a-z]+:/i.test(address);
  return `<a href="${escapeHtml(address)}"${isOther ? ' rel="noreferrer noopener"' : ""}>${content}</a>`;
}

function wikiLinkExtension({ ofWikiLink }: PageLinks): TokenizerAndRendererExtension {
  return {
    name: "wikiLink",
    level: "inline",
    start: (source) => source.indexOf("[["),
    tokenizer: (source) => {
      const [raw, target, shown] =
        /^!?\[\[([^[\]|#\n]{1,400})(?:#[^[\]|\n]{0,400})?(?:\\?\|([^[\]\n]{0,400}))?\]\]/.exec(
          source,
        ) ?? [];
      if (raw === undefined || target === undefined) return undefined;
      return {
        type: "wikiLink",
        raw,
        target: target.trim(),
        shown: shown?.trim() ?? target.trim(),
      };
    },
    renderer: ({ target, shown }) => anchor(ofWikiLink(String(target)), escapeHtml(String(shown))),
  };
}

/** @param seen The number of references to each footnote so far: each has an id of its own. */
function footnoteReference(seen: Map<string, number>): TokenizerAndRendererExtension {
  return {
    name: "footnoteReference",
    level: "inline",
    start: (source) => source.indexOf("[^"),
    tokenizer: (source) => {
      const [raw, id] = /^\[\^([^\]\s]{1,200})\]/.exec(source) ?? [];
      return raw === undefined || id === undefined
        ? undefined
        : { type: "footnoteReference", raw, id };
    },
    renderer: ({ id }) => {
      const name = footnoteId(String(id));
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return `<sup id="${name}-ref-${count}"><a href="#${name}">${escapeHtml(String(id))}</a></sup>`;
    },
  };
}

/** Its text is taken apart from the body. */
const footnoteDefinition: TokenizerAndRendererExtension = {
  name: "footnoteDefinition",
  level: "block",
  start: (source) => source.search(/^ {0,3}\[\^[^\]\s]{1,200}\]:/m),
  tokenizer: (source) => {
    const [raw, id, content = ""] =
      /^ {0,3}\[\^([^\]\s]{1,200})\]:([^\n]*(?:\n(?: {4}|\t)[^\n]+)*)(?:\n|$)/.exec(source) ?? [];
    if (raw === undefined || id === undefined) return undefined;
    return { type: "footnoteDefinition", raw, id, content: content.replaceAll(/\s+/g, " ").trim() };
  },
  renderer: () => "",
};

function slug(words: string): string {
  return encodeURIComponent(
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s+/g, "-"),
  ).replaceAll("'", "");
}
