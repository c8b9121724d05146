import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

const blocks = new Set(
  "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul".split(
    " ",
  ),
);
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
 * The visible text. Each word stays in the line in which the file has it, so that a citation leads to its place; a file
 * with a line above 2,000 characters gets a line for each block.
 */
export const htmlReader: SourceReader = {
  kind: "html",
  content: "text",
  version: 1,
  read: async (bytes) => {
    const { Parser } = await import("htmlparser2");
    const html = decodeText(bytes).replaceAll(/\r\n?/g, "\n");
    const keepsLines = toLines(html).every((line) => line.length <= longestLine);
    const writer = new LineWriter(html, keepsLines);
    const hiding: string[] = [];
    let heading: { readonly level: number; title: string; line: number } | undefined;
    const outline: OutlineEntry[] = [];
    const parser = new Parser({
      onopentag: (name, attributes) => {
        if (hiding.length > 0 || unseen.has(name) || isHidden(attributes)) {
          if (!voids.has(name)) hiding.push(name);
          return;
        }
        if (blocks.has(name)) writer.breakLine();
        if (name === "li") writer.write("- ", parser.startIndex);
        if (name === "td" || name === "th") writer.write(" | ", parser.startIndex);
        const level = /^h([1-6])$/.exec(name)?.[1];
        if (level !== undefined) heading = { level: Number(level), title: "", line: 0 };
        if (name === "img" && attributes["alt"]) writer.write(attributes["alt"], parser.startIndex);
      },
      ontext: (text) => {
        if (hiding.length > 0) return;
        const line = writer.write(text, parser.startIndex);
        if (heading !== undefined && text.trim() !== "") {
          if (heading.line === 0) heading.line = line;
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

/** Puts text into lines: those of the file, or one for each block. */
class LineWriter {
  readonly #lines: string[] = [];
  readonly #starts: readonly number[];
  readonly #keepsLines: boolean;
  #isOpen = false;

  constructor(html: string, keepsLines: boolean) {
    this.#keepsLines = keepsLines;
    const starts = [0];
    for (let at = html.indexOf("\n"); at >= 0; at = html.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  breakLine(): void {
    this.#isOpen = false;
  }

  /** @returns the line of the first word, from 1. */
  write(text: string, offset: number): number {
    if (!this.#keepsLines) return this.#append(text.replaceAll(/\s+/g, " "));
    const first = this.#lineOf(offset);
    const parts = text.split("\n");
    let line = 0;
    parts.forEach((part, index) => {
      const at = first + index;
      this.#lines[at] = (this.#lines[at] ?? "") + part;
      if (line === 0 && part.trim() !== "") line = at + 1;
    });
    return line === 0 ? first + 1 : line;
  }

  lines(): string[] {
    return Array.from(this.#lines, (line) => (line ?? "").replaceAll(/[ \t]+/g, " ").trim());
  }

  #append(text: string): number {
    if (text.trim() === "" && !this.#isOpen) return this.#lines.length + 1;
    if (this.#isOpen) this.#lines[this.#lines.length - 1] += text;
    else this.#lines.push(text.trimStart());
    this.#isOpen = true;
    return this.#lines.length;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
