import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

/** The lines as they are. The outline is the headings outside of code. */
export const markdownReader: SourceReader = {
  kind: "markdown",
  version: 1,
  read: (bytes) => {
    const lines = toLines(decodeText(bytes));
    return { lines, outline: outlineMarkdown(lines) };
  },
};

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
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    if (heading !== null)
      outline.push({ line: index + 1, level: heading[1]?.length ?? 1, title: heading[2] ?? "" });
    const underline = /^ {0,3}(=+|-{2,})\s*$/.exec(line)?.[1];
    const above = lines[index - 1]?.trim() ?? "";
    if (underline !== undefined && above !== "" && !/^[#>\-*|]/.test(above))
      outline.push({ line: index, level: underline.startsWith("=") ? 1 : 2, title: above });
  });
  return outline;
}
