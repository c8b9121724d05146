/**
 * The primary result code of an error of `node:sqlite`, such as 5 for a locked file; undefined for any other error. The
 * codes: sqlite.org/rescode.html.
 */
export function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & 0xff
    : undefined;
}
