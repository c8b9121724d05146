import { expect, test } from "vitest";
import { describeStartError } from "../../src/run/describe-start-error.ts";

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: it went wrong, ${syscall} '/a/b'`), { code, syscall });
}

test.each([
  ["ENOSPC", "write", "Free space on that disk, or set XDG_CACHE_HOME to a folder on another one."],
  [
    "EROFS",
    "mkdir",
    "That file system is read-only. Mount it for writing, or set XDG_CACHE_HOME to another folder.",
  ],
  [
    "EACCES",
    "mkdir",
    "This user may not write there. Change the owner or the mode, or set XDG_CACHE_HOME to another folder.",
  ],
  ["EACCES", "spawn /a/b", "Make the file executable, or set `codexPath` to the Codex binary."],
  ["ENOENT", "spawn /a/b", "Check that this file and the project folder exist."],
  ["EMFILE", "open", "Too many files are open. Do less at once, or raise the limit (`ulimit -n`)."],
  [
    "EMFILE",
    "spawn /a/b",
    "Too many files are open. Do less at once, or raise the limit (`ulimit -n`).",
  ],
  [
    "EAGAIN",
    "spawn /a/b",
    "Too many processes are running. Do less at once, or raise the limit (`ulimit -u`).",
  ],
  [
    "ELOOP",
    "open",
    "Symbolic links on that path lead in a circle. Remove them, or set XDG_CACHE_HOME to another folder.",
  ],
  [
    "EEXIST",
    "mkdir",
    "Something else is where a folder is expected. Move it away, or set XDG_CACHE_HOME to another folder.",
  ],
])("%s of %s is told with what to do", (code, syscall, advice) => {
  expect(describeStartError(systemError(code, syscall))).toBe(
    `Codex could not be started: ${code}: it went wrong, ${syscall} '/a/b'. ${advice}`,
  );
});

test.each([
  new Error("ENOENT"),
  systemError("ECONNREFUSED", "connect"),
  Object.assign(new TypeError("The argument is wrong."), { code: "ERR_INVALID_ARG_VALUE" }),
  { code: "ENOENT" },
  undefined,
])("any other error is not: %s", (error) => {
  expect(describeStartError(error)).toBeUndefined();
});

test.each([
  ["/nowhere/codex-output-schema-ab12cd", "TMPDIR"],
  ["/nowhere/ktx-images-ab12cd", "TMPDIR"],
  ["/cache/ktx", "XDG_CACHE_HOME"],
])(
  "the place %s is recognized by the path of the error, whatever its message says",
  (path, variable) => {
    const error = Object.assign(systemError("ENOENT", "mkdtemp"), { path });
    error.message += " codex-output-schema-";
    expect(describeStartError(error)).toContain(`set ${variable} to another folder`);
  },
);
