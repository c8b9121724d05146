import type { CliErrorParts } from "./cli-error.ts";
import { exitCodes } from "./exit-code.ts";

/**
 * The error of the system about a path, such as a folder of ktx's own in a home that is read-only, for the user who can
 * mend it; undefined for any other value. Pure.
 */
export function describeFileError(error: unknown): CliErrorParts | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("path" in error)) return undefined;
  const syscall = String(error.syscall);
  if (syscall.startsWith("spawn")) return undefined;
  const path = String(error.path);
  return {
    what: syscall.startsWith("mkd")
      ? `The folder ${path} cannot be made.`
      : `${path} cannot be read or written.`,
    why: error.message,
    next:
      syscall === "mkdtemp"
        ? "Set TMPDIR to a folder that exists and that you may write to."
        : "Correct that path or its permissions. The folders of ktx itself are below HOME, or where XDG_CACHE_HOME and XDG_DATA_HOME say.",
    exitCode: exitCodes.failed,
  };
}
