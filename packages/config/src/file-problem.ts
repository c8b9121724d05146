import type { ConfigProblem } from "./config-problem.ts";
import { setupLine } from "./model-refusal.ts";

/** Why a file could not be read or written, from the error of `node:fs`: a problem with a fix, and no stack. */
export function describeFileError(
  error: unknown,
  file: string,
  purpose: "read" | "write",
): ConfigProblem {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const [got, fix] = reasons[code] ?? [
    `the system's error ${code}`,
    `Check the file and its folder, then try again.`,
  ];
  return {
    severity: "error",
    code:
      purpose === "write"
        ? "file-unwritable"
        : code === "ENOENT"
          ? "file-missing"
          : "file-unreadable",
    file,
    path: [],
    line: null,
    column: null,
    message: `expected a file to ${purpose}, got ${got}`,
    fix: purpose === "write" && code === "ENOENT" ? "Create the project's folder first." : fix,
  };
}

/** Bytes to text, or the problem: to replace what is not UTF-8 would lose it at the next write. */
export function decodeConfig(bytes: Uint8Array, file: string): string | ConfigProblem {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return {
      severity: "error",
      code: "not-utf-8",
      file,
      path: [],
      line: null,
      column: null,
      message: "expected UTF-8 text, got other bytes",
      fix: "Save the file as UTF-8.",
    };
  }
}

const reasons: Readonly<Record<string, readonly [got: string, fix: string]>> = {
  ENOENT: ["none", `Run \`${setupLine}\`.`],
  EISDIR: ["a folder", "Move the folder away: ktx.yaml is a file."],
  ENOTDIR: ["a path through something that is no folder", "Check the project's folder."],
  EACCES: ["no permission", "Give your user the permission for the file and its folder."],
  EPERM: ["no permission", "Give your user the permission for the file and its folder."],
  EROFS: ["a read-only file system", "Choose a project folder that can be written."],
  ENOSPC: ["a full disk", "Free some space."],
  ELOOP: ["symbolic links in a circle", "Replace the link by the file."],
};
