import { checkZip } from "./check-zip.ts";
import { editZip } from "./edit-zip.ts";
import { htmlReader } from "./html-reader.ts";
import type { ReadPackedText } from "./read-apart.ts";
import { reasonOf, UnreadableSource } from "./source-text.ts";

/** The address of this module, for the thread that imports it. */
export const docxTextModule: string = import.meta.url;

/** A break of a page or of a column is one of a line: the words before and after it stay two. */
const styleMap = ["br[type='page'] => br", "br[type='column'] => br"];

/**
 * The text of a DOCX, a line for each paragraph and for each line of one that has breaks. The outline is the headings.
 * The thread of `readApart` imports it by its name.
 *
 * @public
 */
export const readText: ReadPackedText = async (bytes) => {
  checkZip(bytes);
  const archive = editZip(bytes, /^word\/[^/]+\.xml$/, withKnownBreaks);
  const { default: mammoth } = await import("mammoth");
  const html = await mammoth
    .convertToHtml({ buffer: Buffer.from(archive) }, { externalFileAccess: false, styleMap })
    .catch((error: unknown) => {
      throw new UnreadableSource(
        `Expected a DOCX document: ${reasonOf(error)}. Repair the file, or leave it out.`,
      );
    });
  const blocks = html.value.replaceAll(/(<\/(?:p|h[1-6]|li|tr|table|ul|ol)>|<br ?\/?>)/g, "$1\n");
  return await htmlReader.read(new TextEncoder().encode(blocks));
};

/** A carriage return and a tab at a position, which mammoth drops, as the break and the tab that it knows. */
function withKnownBreaks(content: Buffer): Buffer {
  // Each byte is one character, so that all else stays as it is.
  const text = content.toString("latin1");
  const known = text
    .replaceAll(/<w:cr\s*(?:\/>|><\/w:cr>)/g, "<w:br/>")
    .replaceAll(/<w:ptab\b[^>]*?(?:\/>|><\/w:ptab>)/g, "<w:tab/>");
  return known === text ? content : Buffer.from(known, "latin1");
}
