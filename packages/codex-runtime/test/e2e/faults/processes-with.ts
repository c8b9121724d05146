import { readdirSync, readFileSync } from "node:fs";
import { parseProcStat } from "../../../src/process/process-tree.ts";

/** The processes of this machine, whosever they are, that run with this in their arguments. Linux only. */
export function processesWith(marker: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readProc(name, "cmdline").includes(marker))
    .filter((name) => parseProcStat(readProc(name, "stat")) !== undefined)
    .map(Number);
}

/** Sends them a signal; one that has gone meanwhile needs none. */
export function signalProcessesWith(marker: string, signal: NodeJS.Signals): void {
  for (const pid of processesWith(marker)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended just now.
    }
  }
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
