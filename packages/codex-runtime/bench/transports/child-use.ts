import { readFileSync } from "node:fs";

const pageMb = 4_096 / 1024 / 1024;
const msPerTick = 10;

/** The memory of this process's children together, in MB those that are left out. Linux only. */
function childMemoryMb(): number {
  return childrenOf(process.pid).reduce((sum, pid) => sum + residentMb(pid), 0);
}

/** CPU time that the children took so far, in milliseconds, those that have ended among them. Linux only. */
export function childCpuMs(): number {
  const ended = cpuTicks(process.pid).ended;
  const running = childrenOf(process.pid).map((pid) => {
    const { own, ended: below } = cpuTicks(pid);
    return own + below;
  });
  return running.reduce((sum, ticks) => sum + ticks, ended) * msPerTick;
}

/** Starts to look at the memory of the children; the function that it gives stops, and says the most. */
export function watchPeakMb(): () => number {
  let peak = childMemoryMb();
  const timer = setInterval(() => {
    peak = Math.max(peak, childMemoryMb());
  }, 100);
  return () => {
    clearInterval(timer);
    return Math.max(peak, childMemoryMb());
  };
}

/** Node starts its children on its main thread. */
function childrenOf(pid: number): readonly number[] {
  const listed = readProc(`${pid}/task/${pid}/children`).trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
}

function residentMb(pid: number): number {
  return Number(readProc(`${pid}/statm`).split(" ")[1] ?? 0) * pageMb;
}

/** `own`: of the process; `ended`: of its children that have ended. See proc_pid_stat(5), fields 14 to 17. */
function cpuTicks(pid: number): { readonly own: number; readonly ended: number } {
  const stat = readProc(`${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { own: user + system, ended: endedUser + endedSystem };
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    // It ended just now.
    return "";
  }
}
