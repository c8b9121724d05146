import { type OutlineEntry, type SourceReader, toLines, UnreadableSource } from "./source-text.ts";

/** The text of each page. The outline is the pages. */
export const pdfReader: SourceReader = {
  kind: "pdf",
  version: 1,
  read: async (bytes) => {
    const { extractText, getDocumentProxy } = await import("unpdf");
    const pages = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 })
      .then((document) => extractText(document, { mergePages: false }))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UnreadableSource(`Expected a PDF: ${reason}`);
      });
    const lines: string[] = [];
    const outline: OutlineEntry[] = [];
    pages.text.forEach((text, index) => {
      outline.push({ line: lines.length + 1, level: 1, title: `page ${index + 1}` });
      lines.push(...toLines(text), "");
    });
    if (lines.every((line) => line.trim() === ""))
      throw new UnreadableSource(
        "The PDF has no text; its pages may be images. Run a text recognition on it first.",
      );
    return { lines, outline };
  },
};
