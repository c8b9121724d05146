import { docxTextModule } from "./docx-text.ts";
import { readApart } from "./read-apart.ts";
import type { SourceReader } from "./source-text.ts";

/** The text, a line for each paragraph and for each line break in one. The outline is the headings. */
export const docxReader: SourceReader = {
  kind: "docx",
  content: "binary",
  version: 3,
  read: (bytes) => readApart({ name: "DOCX", module: docxTextModule }, bytes),
};
