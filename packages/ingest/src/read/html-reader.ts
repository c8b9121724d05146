import { HtmlLines } from "./html-lines.ts";
import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

const blocks = new Set(
  "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search section select summary table tbody textarea tfoot thead tr ul".split(
    " ",
  ),
);
/** Struck out: the text stands there, and no longer holds. */
const struck = new Set(["del", "s", "strike"]);
/** The ending of an ordinal number; any other text above the line is an exponent or the number of a note. */
const ordinal = /^\s*(?:st|nd|rd|th)\b/i;
/** Their content is not read by people. Comments are not read either. */
const unseen = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "head",
  "svg",
  "iframe",
  "object",
]);

/** A line above this length is not one that a person reads. */
const longestLine = 2_000;

/**
 * The visible text. Each word stays in the line in which the file has it, so that a citation leads to its place; two
 * blocks of one line have ` ¶ ` between them. A file with a line above 2,000 characters gets a line for each block. Text
 * that is struck out stands between `~~`, and an exponent after `^`.
 */
export const htmlReader: SourceReader = {
  kind: "html",
  content: "text",
  version: 2,
  read: async (bytes) => {
    const { Parser } = await import("htmlparser2");
    const html = decodeText(bytes).replaceAll(/\r\n?/g, "\n");
    const keepsLines = toLines(html).every((line) => line.length <= longestLine);
    const writer = new HtmlLines(html, keepsLines);
    const hiding: string[] = [];
    let heading: { readonly level: number; title: string; line: number } | undefined;
    const outline: OutlineEntry[] = [];
    let isRaised = false;
    const parser = new Parser({
      onopentag: (name, attributes) => {
        if (hiding.length > 0 || unseen.has(name) || isHidden(attributes)) {
          if (!voids.has(name)) hiding.push(name);
          return;
        }
        if (name === "li" || name === "tr") writer.breakEntry();
        else if (blocks.has(name)) writer.breakLine();
        if (blocks.has(name) && heading !== undefined) heading.title += " ";
        if (name === "li") writer.mark("- ", parser.startIndex);
        if (name === "td" || name === "th") writer.mark(" | ", parser.startIndex);
        if (struck.has(name)) writer.write("~~", parser.startIndex);
        if (name === "sup") isRaised = true;
        const level = /^h([1-6])$/.exec(name)?.[1];
        if (level !== undefined) heading = { level: Number(level), title: "", line: 0 };
        if (name === "img" && attributes["alt"])
          writer.write(` ${attributes["alt"].replaceAll(/\s+/g, " ")} `, parser.startIndex);
      },
      ontext: (text) => {
        if (hiding.length > 0) return;
        if (isRaised && text.trim() !== "") {
          isRaised = false;
          if (!ordinal.test(text)) writer.write("^", parser.startIndex);
        }
        const line = writer.write(text, parser.startIndex);
        if (heading !== undefined) {
          if (heading.line === 0 && text.trim() !== "") heading.line = line;
          heading.title += text;
        }
      },
      onclosetag: (name) => {
        if (hiding.length > 0) {
          if (hiding.at(-1) === name) hiding.pop();
          return;
        }
        if (/^h[1-6]$/.test(name) && heading !== undefined) {
          const { level, line } = heading;
          const title = heading.title.replaceAll(/\s+/g, " ").trim();
          if (line > 0) outline.push({ line, level, title });
          heading = undefined;
        }
        if (struck.has(name)) writer.write("~~", parser.startIndex);
        if (name === "sup") isRaised = false;
        if (blocks.has(name)) writer.breakLine();
      },
    });
    parser.end(html);
    return { lines: writer.lines(), outline };
  },
};

const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** People do not see it, so a text in it is not what the document says. */
function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  const style = (attributes["style"] ?? "").replaceAll(/\s/g, "").toLowerCase();
  return (
    "hidden" in attributes || style.includes("display:none") || style.includes("visibility:hidden")
  );
}
