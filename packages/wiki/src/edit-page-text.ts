import { type NewCitation, printCitation } from "./citation.ts";
import { editFrontMatter, type FrontMatterValues } from "./edit-front-matter.ts";
import { parseFrontMatter } from "./front-matter.ts";
import { type FootnoteDefinition, scanMarkdown, type ScannedMarkdown } from "./scan-markdown.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";
import { lineBreakOf } from "./text-lines.ts";
import { pagePathOf } from "./wiki-page.ts";
import { WikiError } from "./wiki-error.ts";
import { checkFrontMatter } from "./write-page-text.ts";

/** A part of a page that occurs once in it, and its replacement. */
export interface PartEdit {
  readonly old: string;
  readonly new: string;
}

export interface EditedPage {
  readonly name: string;
  /** The wiki's folder, from the project's. */
  readonly folder: string;
  readonly edits: readonly PartEdit[];
  readonly citations: readonly NewCitation[];
  /** Values to give to a front matter; a page without one gets it only where these hold more than `updated`. */
  readonly values: FrontMatterValues;
}

/**
 * Replaces parts of a page. All else stays byte for byte, the footnotes of others among it; a citation goes when
 * nothing refers to it any more. Pure.
 *
 * @throws {WikiError} `citation`, `front-matter`, or `edit` for a part that is not there once.
 */
export function editPageText(page: EditedPage, earlier: string): string {
  checkFrontMatter(page.name, earlier);
  const { range, values, bodyStart } = parseFrontMatter(earlier);
  const lineBreak = lineBreakOf(earlier);
  const toBreaks = (text: string): string => text.replaceAll(/\r\n?|\n/g, lineBreak);
  const before = scanMarkdown(earlier.slice(bodyStart), 0);
  let body = earlier.slice(bodyStart);
  for (const edit of page.edits) body = replaceOnce(body, edit, toBreaks);
  const withNotes = putCitations(body, page, lineBreak);
  const result = dropUnused(withNotes, before);
  checkFootnotes(result, before);
  const front = earlier.slice(0, bodyStart);
  if (range !== undefined) {
    const yaml = editFrontMatter(earlier.slice(range.start, range.end), values, page.values);
    return `${earlier.slice(0, range.start)}${yaml}${earlier.slice(range.end, bodyStart)}${result}`;
  }
  if (front.includes("+++") || Object.keys(page.values).every((key) => key === "updated"))
    return `${front}${result}`;
  return `${front}---${lineBreak}${toBreaks(editFrontMatter("", {}, page.values))}---${lineBreak}${lineBreak}${result}`;
}

function replaceOnce(body: string, edit: PartEdit, toBreaks: (text: string) => string): string {
  const old = body.includes(edit.old) ? edit.old : toBreaks(edit.old);
  const at = old === "" ? -1 : body.indexOf(old);
  const again = at < 0 ? -1 : body.indexOf(old, at + 1);
  if (at < 0 || again >= 0)
    throw new WikiError(
      "edit",
      `Expected ${JSON.stringify(edit.old.slice(0, 80))} to occur once in the page, and it occurs ${at < 0 ? "nowhere" : "more than once"}. Read the page again, and give ${at < 0 ? "a part of it as it is" : "a longer part"}.`,
    );
  return body.slice(0, at) + toBreaks(edit.new) + body.slice(at + old.length);
}

function putCitations(
  body: string,
  { name, folder, citations }: EditedPage,
  lineBreak: string,
): string {
  const { definitions } = scanMarkdown(body, 0);
  const edits: TextEdit[] = [];
  const added: string[] = [];
  for (const citation of citations) {
    const text = printCitation(citation, pagePathOf(name, folder));
    const old = definitions.find(({ id }) => id === citation.id);
    if (old === undefined) added.push(text);
    else edits.push({ start: old.start, end: old.end, text });
  }
  const last = definitions.at(-1);
  const tail = added.map((text) => `${lineBreak}${text}`).join("");
  if (tail === "") return applyEdits(body, edits);
  if (last !== undefined)
    return applyEdits(body, [
      ...edits.filter(({ start }) => start !== last.start),
      {
        start: last.start,
        end: last.end,
        text: `${edits.find(({ start }) => start === last.start)?.text ?? body.slice(last.start, last.end)}${tail}`,
      },
    ]);
  return body.endsWith("\n") ? `${body}${tail}${lineBreak}` : `${body}${lineBreak}${tail}`;
}

/** Only what this edit has left without a reference goes. */
function dropUnused(body: string, before: ScannedMarkdown): string {
  const { definitions } = scanMarkdown(body, 0);
  const used = new Set(referencesOf(body).map(({ id }) => id));
  const were = new Set(before.references.map(({ id }) => id));
  const edits = definitions
    .filter(({ id, content }) => were.has(id) && !used.has(id) && content.includes("sha256:"))
    .map(({ start, end }) => {
      const lineBreak = /^\r?\n/.exec(body.slice(end))?.[0].length ?? 0;
      return { start, end: end + lineBreak, text: "" };
    });
  return applyEdits(body, edits);
}

function referencesOf(body: string): ScannedMarkdown["references"] {
  return scanMarkdown(body, 0).references;
}

function checkFootnotes(body: string, before: ScannedMarkdown): void {
  const { definitions } = scanMarkdown(body, 0);
  const ids = new Set(definitions.map(({ id }) => id));
  const were = new Set(before.references.map(({ id }) => id));
  const known = new Set(before.definitions.map(({ content }: FootnoteDefinition) => content));
  const used = new Set(referencesOf(body).map(({ id }) => id));
  const missing = [...used].find((id) => !ids.has(id) && !were.has(id));
  if (missing !== undefined)
    throw new WikiError(
      "citation",
      `The page has [^${missing}], and no citation has that id. Give its lines in \`citations\`.`,
    );
  const unused = definitions.find(({ id, content }) => !used.has(id) && !known.has(content));
  if (unused !== undefined)
    throw new WikiError(
      "citation",
      `Citation ${unused.id} has no [^${unused.id}] in the page. Put it behind the claim, or leave it out.`,
    );
}
