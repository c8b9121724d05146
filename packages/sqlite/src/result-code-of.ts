/**
 * The primary result code of an error of `node:sqlite`, such as 5 for a locked file; undefined for any other error. The
 * codes: sqlite.org/rescode.html.
 */
export function resultCodeOf(error: unknown): number | undefined {
  const code = extendedCodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

/** The extended result code, such as 778 for a failed write, whose primary code is 10; undefined for any other error. */
export function extendedCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : undefined;
}
