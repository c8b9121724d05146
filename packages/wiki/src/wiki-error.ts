/**
 * `page-name`: no name of a page. `page-name-taken`: it differs from another one by case alone. `page-outside`: a link, or
 * a path that leads out. `page-unreadable`, `page-unwritable`, `page-too-large`: the file, or its disk. `front-matter`: it
 * cannot be read, or not be changed. `citation`: lines that are not there, or a footnote without lines. `edit`: a change
 * that does not fit the page. `source-unreadable`: a cited file without text. `index`: others hold the index for too long.
 */
export type WikiErrorCode =
  | "page-name"
  | "page-name-taken"
  | "page-outside"
  | "page-unreadable"
  | "page-unwritable"
  | "page-too-large"
  | "front-matter"
  | "citation"
  | "edit"
  | "source-unreadable"
  | "index";

/** The message gives the expectation, the actual value, and the next step; `code` is for programs. */
export class WikiError extends Error {
  override readonly name: string = "WikiError";
  readonly code: WikiErrorCode;

  constructor(code: WikiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
