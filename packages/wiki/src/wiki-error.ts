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
