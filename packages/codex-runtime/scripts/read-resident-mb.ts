import { readFileSync } from "node:fs";

/** The resident memory of a process, in MB; 0 for one that has ended. Linux only. */
export function readResidentMb(pid: number): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return (Number(pages) * 4_096) / 1024 / 1024;
  } catch {
    return 0;
  }
}
