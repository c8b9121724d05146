import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

/** The lines as they are. The outline is the headings outside of code. */
export const markdownReader: SourceReader = {
  kind: "markdown",
  content: "text",
  version: 1,
  read: (bytes) => {
    const lines = toLines(decodeText(bytes));
    return { lines, outline: outlineMarkdown(lines) };
  },
};

/** The characters of a line that are looked at for a heading. */
const longestHeading = 1_000;

/** A heading may end with a row of `#`. */
function withoutClosing(title: string): string {
  const plain = title.trim();
  const closing = plain.lastIndexOf(" ");
  return closing >= 0 && /^#+$/.test(plain.slice(closing + 1))
    ? plain.slice(0, closing).trim()
    : plain;
}

function outlineMarkdown(lines: readonly string[]): OutlineEntry[] {
  const outline: OutlineEntry[] = [];
  let fence = "";
  lines.forEach((line, index) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === "") fence = mark;
      else if (mark.startsWith(fence)) fence = "";
      return;
    }
    if (fence !== "") return;
    const [, marks, title] = /^ {0,3}(#{1,6})[ \t]+(.*)$/.exec(line.slice(0, longestHeading)) ?? [];
    if (marks !== undefined && title !== undefined)
      outline.push({ line: index + 1, level: marks.length, title: withoutClosing(title) });
    const underline = /^ {0,3}(=+|-{2,})\s*$/.exec(line)?.[1];
    const above = lines[index - 1]?.trim() ?? "";
    if (underline !== undefined && above !== "" && !/^[#>\-*|]/.test(above))
      outline.push({ line: index, level: underline.startsWith("=") ? 1 : 2, title: above });
  });
  return outline;
}
