import { decodeText, type SourceReader, toLines } from "./source-text.ts";

/** The lines as they are. The outline is the paragraphs: a line after an empty one. */
export const textReader: SourceReader = {
  kind: "text",
  content: "text",
  version: 1,
  read: (bytes) => {
    const lines = toLines(decodeText(bytes));
    const outline = lines.flatMap((line, index) => {
      const startsParagraph = line.trim() !== "" && (lines[index - 1] ?? "").trim() === "";
      return startsParagraph
        ? [{ line: index + 1, level: 1, title: line.trim().slice(0, 80) }]
        : [];
    });
    return { lines, outline };
  },
};
