import { isMap, isScalar, parseDocument, stringify } from "yaml";
import { type NewCitation, printCitation } from "./citation.ts";
import { parseFrontMatter } from "./front-matter.ts";
import { scanMarkdown } from "./scan-markdown.ts";
import { lineBreakOf } from "./text-lines.ts";
import { WikiError } from "./wiki-error.ts";
import { pagePathOf } from "./wiki-page.ts";

export interface WrittenPage {
  readonly name: string;
  /** The wiki's folder, from the project's. */
  readonly folder: string;
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly updated: string;
  readonly body: string;
  readonly citations: readonly NewCitation[];
}

/**
 * The text of a page with a new body. Of an earlier text stay the other values of the front matter, its line breaks,
 * and the footnotes that the body still refers to. Pure.
 *
 * @throws {WikiError} `citation` for a footnote without lines or lines without a footnote; `front-matter` where the
 * earlier one cannot be read, and so must not be replaced.
 */
export function writePageText(page: WrittenPage, earlier: string | undefined): string {
  const { values, range, problem } = parseFrontMatter(earlier ?? "");
  if (problem !== undefined)
    throw new WikiError(
      "front-matter",
      `${page.name}, line ${problem.line}: ${problem.message} The page was not changed: a person must mend that first.`,
    );
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
  const yaml = range === undefined ? undefined : earlier?.slice(range.start, range.end);
  const front = printFrontMatter({ ...page }, yaml, values);
  const text = `---\n${front}---\n\n${[body, notes.join("\n")].filter((part) => part !== "").join("\n\n")}\n`;
  const bom = earlier?.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  return (
    bom +
    (earlier !== undefined && lineBreakOf(earlier) === "\r\n"
      ? text.replaceAll(/\r?\n/g, "\r\n")
      : text)
  );
}

/** Only the four values change; comments, and the keys of other tools, stay. */
function printFrontMatter(
  { title, summary, tags, updated }: Pick<WrittenPage, "title" | "summary" | "tags" | "updated">,
  yaml: string | undefined,
  values: Readonly<Record<string, unknown>>,
): string {
  const wanted = {
    title,
    ...(summary === "" ? {} : { summary }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    updated,
  };
  if (yaml === undefined || yaml.trim() === "")
    return stringify(wanted, { lineWidth: 0, flowCollectionPadding: false });
  const document = parseDocument(yaml, { keepSourceTokens: true });
  if (!isMap(document.contents)) return stringify({ ...values, ...wanted }, { lineWidth: 0 });
  for (const [key, value] of Object.entries(wanted)) {
    const pair = document.contents.items.find(
      (item) => isScalar(item.key) && item.key.value === key,
    );
    if (pair === undefined || JSON.stringify(values[key]) !== JSON.stringify(value))
      document.set(key, document.createNode(value));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
