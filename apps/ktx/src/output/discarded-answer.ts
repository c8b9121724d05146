import { readFileSync, readlinkSync } from "node:fs";

/** The options with which the answer of a run is not on stdout. */
const elsewhere = /^(?:-o|--output|--help$|-h$)/;

/**
 * True for a command line whose answer goes to a stdout that its caller has closed. Node opens `/dev/null` in the place
 * of a closed descriptor, for reading and writing; `> /dev/null` opens it for writing alone. A program that
 * spawns ktx with `stdio: "ignore"` opens it as Node does, so that this is no error. Linux alone; elsewhere false.
 */
export function discardsAnswer(args: readonly string[]): boolean {
  if (args[0] !== "run" || args.some((arg) => elsewhere.test(arg))) return false;
  try {
    const isNull = readlinkSync("/proc/self/fd/1") === "/dev/null";
    const [, flags = "0"] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "utf8")) ?? [];
    return isNull && (Number.parseInt(flags, 8) & accessMode) === readAndWrite;
  } catch {
    return false;
  }
}

/** `O_ACCMODE` and `O_RDWR` of Linux. */
const accessMode = 3;
const readAndWrite = 2;
