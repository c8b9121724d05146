import { posix } from "node:path";
import { citationHashLength, type LineRange } from "./cited-lines.ts";
import type { FootnoteDefinition } from "./scan-markdown.ts";
import { decodeTarget } from "./scan-links.ts";

/** The lines that a claim cites: `[^s3]: [orders.sql:12-40](../sources/orders.sql) sha256:9f2c…`. */
export interface Citation extends LineRange {
  /** The footnote's id, such as `s3`. */
  readonly id: string;
  /** The file, from the project's folder, with `/`. It begins with `../` where the link leads out of the project. */
  readonly source: string;
  /** Hexadecimal digits of the hash of the lines. */
  readonly hash: string;
  /** The page's line; counts from 1. */
  readonly line: number;
  /** The offsets of the footnote in the page. */
  readonly start: number;
  readonly end: number;
}

/** The lines to cite, before they have a place on a page. */
export type NewCitation = Pick<Citation, "id" | "source" | "from" | "to" | "hash">;

const content =
  /^\[((?:\\.|[^\\\]]){1,400}):(\d{1,9})(?:-(\d{1,9}))?\]\((<[^<>\n]{1,1000}>|[^\s<>]{1,1000})\)[ \t]+sha256:([0-9a-f]{8,64})(?![0-9a-f])/;

/**
 * Reads a footnote as a citation. Pure.
 *
 * @param pagePath the page's file, from the project's folder.
 * @returns `"malformed"` for a footnote with a hash that is no citation; undefined for any other footnote.
 */
export function readCitation(
  definition: FootnoteDefinition,
  pagePath: string,
): Citation | "malformed" | undefined {
  const [, , first, last, link, hash] = content.exec(definition.content) ?? [];
  if (first === undefined || link === undefined || hash === undefined)
    return /\bsha256:/.test(definition.content) ? "malformed" : undefined;
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  if (from < 1 || to < from) return "malformed";
  const source = posix.join(posix.dirname(pagePath), decodeTarget(link));
  const { id, line, start, end } = definition;
  return { id, source, from, to, hash, line, start, end };
}

/** Writes a citation as a footnote of one line. Pure. */
export function printCitation(
  { id, source, from, to, hash }: NewCitation,
  pagePath: string,
): string {
  const label = posix.basename(source).replaceAll(/[\\[\]*_`<>&]/g, String.raw`\$&`);
  const target = posix.relative(posix.dirname(pagePath), source);
  const link = target.replaceAll(/[%#?<>()\s\\&*_`]/g, (character) =>
    /[*_`&]/.test(character)
      ? character
      : encodeURIComponent(character).replaceAll(/[()]/g, percent),
  );
  const range = from === to ? `${from}` : `${from}-${to}`;
  return `[^${id}]: [${label}:${range}](${link}) sha256:${hash.slice(0, Math.max(citationHashLength, 8))}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
