import { stringify } from "yaml";
import { type NewCitation, printCitation } from "./citation.ts";
import { editFrontMatter } from "./edit-front-matter.ts";
import { parseFrontMatter } from "./front-matter.ts";
import { scanMarkdown } from "./scan-markdown.ts";
import { lineBreakOf } from "./text-lines.ts";
import { WikiError } from "./wiki-error.ts";
import { pagePathOf } from "./wiki-page.ts";

/** The content of a page that is to be written. */
export interface WrittenPage {
  /** Its path below the wiki's folder, with `/`. */
  readonly name: string;
  /** The wiki's folder, from the project's. */
  readonly folder: string;
  readonly title: string;
  /** Empty: an earlier summary stays. */
  readonly summary: string;
  /** Empty: earlier tags stay. */
  readonly tags: readonly string[];
  /** A date or a time, as an ISO text. */
  readonly updated: string;
  /** Markdown without front matter and footnote definitions; `[^id]` stands behind each claim. */
  readonly body: string;
  /** One for each `[^id]` of the body whose footnote is not on the page yet. */
  readonly citations: readonly NewCitation[];
}

/**
 * The text of a page with a new body. Of an earlier text stay the other values of the front matter, its line breaks
 * with a missing last one, and the footnotes that the body still refers to. Pure.
 *
 * @throws {WikiError} `citation` for a footnote without lines or lines without a footnote; `front-matter` where the
 * earlier one cannot be read, and so must not be replaced.
 */
export function writePageText(page: WrittenPage, earlier: string | undefined): string {
  checkFrontMatter(page.name, earlier);
  const body = page.body.replaceAll(/\r\n?/g, "\n").trim();
  if (parseFrontMatter(body).bodyStart > 0)
    throw new WikiError(
      "front-matter",
      "Expected a body without front matter: give title, summary and tags beside it.",
    );
  const scanned = scanMarkdown(body, 0);
  if (scanned.definitions.length > 0)
    throw new WikiError(
      "citation",
      `Expected no footnote definitions in the body, got [^${scanned.definitions[0]?.id}]. Give the lines in \`citations\`.`,
    );
  const kept = earlier === undefined ? [] : scanMarkdown(earlier, 0).definitions;
  const referred = new Set(scanned.references.map(({ id }) => id));
  const ids = new Set(page.citations.map(({ id }) => id));
  if (ids.size < page.citations.length)
    throw new WikiError(
      "citation",
      "Expected each citation to have an id of its own. Rename the second one.",
    );
  const unused = page.citations.find(({ id }) => !referred.has(id));
  if (unused !== undefined)
    throw new WikiError(
      "citation",
      `Citation ${unused.id} has no [^${unused.id}] in the body. Put it behind the claim, or leave it out.`,
    );
  const old = kept.filter(({ id }) => referred.has(id) && !ids.has(id));
  const missing = [...referred].find(
    (id) => !ids.has(id) && !old.some((definition) => definition.id === id),
  );
  if (missing !== undefined)
    throw new WikiError(
      "citation",
      `The body has [^${missing}], and no citation has that id. Give its lines in \`citations\`.`,
    );
  const notes = [
    ...old.map(({ start, end }) => (earlier ?? "").slice(start, end)),
    ...page.citations.map((citation) =>
      printCitation(citation, pagePathOf(page.name, page.folder)),
    ),
  ];
  const lineBreak = earlier === undefined ? "\n" : lineBreakOf(earlier);
  const end = earlier === undefined || /(?:^|\n)$/.test(earlier) ? lineBreak : "";
  const content = [body, notes.join("\n").replaceAll("\r\n", "\n")]
    .filter((part) => part !== "")
    .join("\n\n");
  return `${frontOf(page, earlier, lineBreak)}${lineBreak}${content.replaceAll("\n", lineBreak)}${end}`;
}

/** @throws {WikiError} `front-matter` where it cannot be read, and so must not be replaced. */
export function checkFrontMatter(name: string, earlier: string | undefined): void {
  const { problem } = parseFrontMatter(earlier ?? "");
  if (problem !== undefined)
    throw new WikiError(
      "front-matter",
      `${name}, line ${problem.line}: ${problem.message} The page was not changed: a person must mend that first.`,
    );
}

/** The front matter with its marks. The TOML of other tools stays as it is, and then holds the title too. */
function frontOf(page: WrittenPage, earlier: string | undefined, lineBreak: string): string {
  const { title, summary, tags, updated } = page;
  const wanted = {
    title,
    ...(summary === "" ? {} : { summary }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    updated,
  };
  const { values, range, bodyStart } = parseFrontMatter(earlier ?? "");
  if (earlier !== undefined && range !== undefined)
    return `${earlier.slice(0, range.start)}${editFrontMatter(earlier.slice(range.start, range.end), values, wanted)}${earlier.slice(range.end, bodyStart)}`;
  const front = earlier?.slice(0, bodyStart) ?? "";
  if (front.includes("+++")) return front;
  const yaml = stringify(wanted, { lineWidth: 0, flowCollectionPadding: false });
  return `${front}${`---\n${yaml}---\n`.replaceAll("\n", lineBreak)}`;
}
