import type { ReadPackedText } from "./read-apart.ts";
import { type OutlineEntry, toLines, UnreadableSource } from "./source-text.ts";

/** The address of this module, for the thread that imports it. */
export const pdfTextModule: string = import.meta.url;

/**
 * The text of each page of a PDF. The outline is the pages. The thread of `readApart` imports it by its name.
 *
 * @public
 */
export const readText: ReadPackedText = async (bytes) => {
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
};
