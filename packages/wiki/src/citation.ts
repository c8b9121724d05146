import { posix } from "node:path";
import { citationHashLength, type LineRange } from "./cited-lines.ts";
import type { FootnoteDefinition } from "./scan-markdown.ts";
import { decodeTarget, encodeTarget, isAddress } from "./scan-links.ts";

/** The lines that a claim cites: `[^s3]: [orders.sql:12-40](../sources/orders.sql) sha256:9f2c… near:0b6d…`. */
export interface Citation extends LineRange {
  /** The footnote's id, such as `s3`. */
  readonly id: string;
  /** The file, from the project's folder, with `/`. It begins with `../` where the link leads out of the project. */
  readonly source: string;
  /** Hexadecimal digits of the hash of the lines. */
  readonly hash: string;
  /** The mark of the lines around them, as `linesNear` gives it; absent where somebody wrote the citation without it. */
  readonly near?: string;
  /** The page's line; counts from 1. */
  readonly line: number;
  /** The offsets of the footnote in the page. */
  readonly start: number;
  readonly end: number;
}

/** The lines to cite, before they have a place on a page. */
export type NewCitation = Pick<Citation, "id" | "source" | "from" | "to" | "hash" | "near">;

/** The lines of a footnote that gives no hash of them. */
export type UncheckedLines = Pick<Citation, "id" | "source" | "from" | "to">;

const place =
  /^\[((?:\\.|[^\\\]]){1,400}):(\d{1,9})(?:-(\d{1,9}))?\]\((<[^<>\n]{1,1000}>|[^\s<>]{1,1000})\)/;
const marks = /^[ \t]+sha256:([0-9a-f]{8,64})(?![0-9a-f])(?:[ \t]+near:([0-9a-f]{8})(?![0-9a-f]))?/;

/**
 * Reads a footnote as a citation. Pure.
 *
 * @param pagePath the page's file, from the project's folder.
 * @returns `"malformed"` for a footnote with a hash that is no citation; lines alone for one without a hash, which nobody
 * can check; undefined for any other footnote.
 */
export function readCitation(
  definition: FootnoteDefinition,
  pagePath: string,
): Citation | "malformed" | UncheckedLines | undefined {
  const { content } = definition;
  const [whole = "", , first, last, link] = place.exec(content) ?? [];
  const [, hash, near] = marks.exec(content.slice(whole.length)) ?? [];
  if (first === undefined || link === undefined)
    return /\bsha256:/i.test(content) ? "malformed" : undefined;
  if (hash === undefined && isAddress(link)) return undefined;
  if (hash === undefined && /\bsha256:/i.test(content)) return "malformed";
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  if (from < 1 || to < from) return hash === undefined ? undefined : "malformed";
  const source = posix.join(posix.dirname(pagePath), decodeTarget(link));
  const { id, line, start, end } = definition;
  if (hash === undefined) return { id, source, from, to };
  return { id, source, from, to, hash, ...(near !== undefined && { near }), line, start, end };
}

/** Writes a citation as a footnote of one line. Pure. */
export function printCitation(
  { id, source, from, to, hash, near }: NewCitation,
  pagePath: string,
): string {
  const label = posix.basename(source).replaceAll(/[\\[\]*_`<>&]/g, String.raw`\$&`);
  const target = posix.relative(posix.dirname(pagePath), source);
  const link = encodeTarget(target);
  const range = from === to ? `${from}` : `${from}-${to}`;
  const around = near === undefined ? "" : ` near:${near}`;
  return `[^${id}]: [${label}:${range}](${link}) sha256:${hash.slice(0, citationHashLength)}${around}`;
}
