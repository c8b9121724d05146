import { stripVTControlCharacters } from "node:util";

/** Control characters but line breaks and tabs, and the marks that show text in another order than it has. */
const controls = /[\0-\x08\x0B-\x1F\x7F-\x9F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Line and paragraph separators, which some terminals treat as line breaks. */
const separators = /[\u2028\u2029]/g;

/**
 * Foreign text for a terminal. It keeps letters, line breaks and tabs, and nothing that moves the cursor, changes
 * colours, writes to the clipboard, or shows text in another order.
 */
export function neutralise(text: string): string {
  return stripVTControlCharacters(text).replaceAll(controls, "").replaceAll(separators, "\n");
}
