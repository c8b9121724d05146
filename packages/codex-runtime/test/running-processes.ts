import { readdirSync, readFileSync } from "node:fs";
import { type KnownProcess, parseProcStat } from "@ktx/child-process";

/** A process with its arguments, the program first. */
export interface RunningProcess extends KnownProcess {
  readonly argv: readonly string[];
  /** `NAME=value`, as it was started with. */
  readonly environment: readonly string[];
}

/** All processes of this machine, whosever they are; not those that have ended. Linux only. */
export function runningProcesses(): readonly RunningProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const known = /^\d+$/.test(name) ? parseProcStat(readProc(name, "stat")) : undefined;
    if (!known) return [];
    const [argv, environment] = ["cmdline", "environ"].map((file) =>
      readProc(name, file).split("\0"),
    );
    return [{ ...known, argv: argv ?? [], environment: environment ?? [] }];
  });
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It ended just now.
    return "";
  }
}
