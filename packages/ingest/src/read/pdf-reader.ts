import { pdfTextModule } from "./pdf-text.ts";
import { readApart } from "./read-apart.ts";
import type { SourceReader } from "./source-text.ts";

/** The text of each page. The outline is the pages. */
export const pdfReader: SourceReader = {
  kind: "pdf",
  content: "binary",
  version: 1,
  read: (bytes) => readApart({ name: "PDF", module: pdfTextModule }, bytes),
};
