import { readdirSync, readFileSync } from "node:fs";
import { type KnownProcess, parseProcStat } from "../src/process/process-tree.ts";

/** A process with its arguments, the program first. */
export interface RunningProcess extends KnownProcess {
  readonly argv: readonly string[];
}

/** All processes of this machine, whosever they are; not those that have ended. Linux only. */
export function runningProcesses(): readonly RunningProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const known = /^\d+$/.test(name) ? parseProcStat(readProc(name, "stat")) : undefined;
    return known ? [{ ...known, argv: readProc(name, "cmdline").split("\0") }] : [];
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
