import type { CodexBinary } from "@ktx/codex-runtime";
import type { CliErrorParts } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";

/** The error of a command that needs Codex itself, where its binary is not found or does not start. Pure. */
export function describeMissingCodex(
  codex: Exclude<CodexBinary, { readonly state: "found" }>,
): CliErrorParts {
  const { exitCode, next } = { exitCode: exitCodes.failed, next: reinstall };
  if (codex.state === "not-found")
    return { what: "Codex was not found.", why: codex.searched.join(" "), next, exitCode };
  const { path, reason, folder } = codex;
  if (folder === undefined)
    return { what: "Codex cannot be started.", why: `${path}: ${reason}`, next, exitCode };
  return {
    what: "Codex has no folder for its files.",
    why: reason,
    next: "Make a folder above it writable, or set XDG_CACHE_HOME to another folder.",
    exitCode,
  };
}

const reinstall =
  "Reinstall ktx with its optional dependencies, or name a Codex in KTX_CODEX_PATH, then run the command again.";
