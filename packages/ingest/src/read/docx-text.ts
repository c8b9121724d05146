import { checkZip } from "./check-zip.ts";
import { htmlReader } from "./html-reader.ts";
import type { ReadPackedText } from "./read-apart.ts";
import { UnreadableSource } from "./source-text.ts";

/** The address of this module, for the thread that imports it. */
export const docxTextModule: string = import.meta.url;

/**
 * The text of a DOCX, a line for each paragraph. The outline is the headings. The thread of `readApart` imports it by its
 * name.
 *
 * @public
 */
export const readText: ReadPackedText = async (bytes) => {
  checkZip(bytes);
  const { default: mammoth } = await import("mammoth");
  const html = await mammoth
    .convertToHtml({ buffer: Buffer.from(bytes) }, { externalFileAccess: false })
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnreadableSource(`Expected a DOCX document: ${reason}`);
    });
  const blocks = html.value.replaceAll(/(<\/(?:p|h[1-6]|li|tr|table|ul|ol)>)/g, "$1\n");
  return await htmlReader.read(new TextEncoder().encode(blocks));
};
