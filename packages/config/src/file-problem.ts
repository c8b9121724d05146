import type { ConfigProblem } from "./config-problem.ts";
import { setupLine } from "./model-refusal.ts";

/** The problem of a file that could not be read or written, from the error of `node:fs`: with a fix, without a stack. */
export function describeFileError(
  error: unknown,
  file: string,
  purpose: "read" | "write",
): ConfigProblem {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const [got, fix] = reasons[code] ?? [
    `system error ${code}`,
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

/** Bytes to text, or the problem. Replacing bytes that are not UTF-8 would lose them at the next write. */
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
  ENOTDIR: ["a path through a file", "Check the project's folder."],
  EACCES: ["no permission", "Give your user the permission for the file and its folder."],
  EPERM: ["no permission", "Give your user the permission for the file and its folder."],
  EROFS: ["a read-only file system", "Choose a project folder that can be written."],
  ENOSPC: ["a full disk", "Free some space."],
  ELOOP: ["a loop of symbolic links", "Replace the link by the file."],
};
