import { readdirSync, readFileSync } from "node:fs";
import { parseProcStat } from "../../../src/process/process-tree.ts";

/** The processes of this machine, whosever they are, that run with this in their arguments. Linux only. */
export function processesWith(marker: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readProc(name, "cmdline").includes(marker))
    .filter((name) => parseProcStat(readProc(name, "stat")) !== undefined)
    .map(Number);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
