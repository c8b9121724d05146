import { checkZip } from "./check-zip.ts";
import { htmlReader } from "./html-reader.ts";
import { type SourceReader, UnreadableSource } from "./source-text.ts";

/** The text, a line for each paragraph. The outline is the headings. */
export const docxReader: SourceReader = {
  kind: "docx",
  version: 1,
  read: async (bytes) => {
    checkZip(bytes);
    const { default: mammoth } = await import("mammoth");
    const html = await mammoth
      .convertToHtml({ buffer: Buffer.from(bytes) }, { externalFileAccess: false })
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UnreadableSource(`Expected a DOCX document: ${reason}`);
      });
    const blocks = html.value.replaceAll(/(<\/(?:p|h[1-6]|li|tr|table|ul|ol)>)/g, "$1\n");
    return htmlReader.read(new TextEncoder().encode(blocks));
  },
};
