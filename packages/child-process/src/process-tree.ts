import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process. The start time distinguishes it from a later process with the same id. */
export interface KnownProcess {
  readonly pid: number;
  readonly parent: number;
  /** In the unit of the platform. */
  readonly startedAt: string;
}

/**
 * The descendants of `root`, without `root`. Empty on a platform without a process list, and on Windows, where the root
 * ends its whole tree (see `endWindowsTree`).
 */
export async function readDescendants(root: number): Promise<readonly KnownProcess[]> {
  return findDescendants(await readProcesses(), root);
}

/** The processes among these that still run. */
export async function readSurvivors(
  known: readonly KnownProcess[],
): Promise<readonly KnownProcess[]> {
  if (known.length === 0) return [];
  const running = new Map((await readProcesses()).map(({ pid, startedAt }) => [pid, startedAt]));
  return known.filter(({ pid, startedAt }) => running.get(pid) === startedAt);
}

/** Parents come before their children. */
export function findDescendants(
  processes: readonly KnownProcess[],
  root: number,
): readonly KnownProcess[] {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const found: KnownProcess[] = [];
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop())
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      pending.push(child.pid);
    }
  return found;
}

function readProcesses(): Promise<readonly KnownProcess[]> {
  if (process.platform === "linux") return Promise.resolve(readProcFolder());
  return process.platform === "win32" ? Promise.resolve([]) : readFromPs();
}

/** Synchronous, so that no process ends or starts during the read; some hundred processes take a few milliseconds. */
function readProcFolder(): readonly KnownProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const known = parseProcStat(readStat(name));
    return known ?? [];
  });
}

/** `pid (name) state ppid …`, in which the name may hold anything; the 22nd field is the start time. */
export function parseProcStat(stat: string): KnownProcess | undefined {
  const pid = Number.parseInt(stat, 10);
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startedAt = rest[17];
  if (Number.isNaN(pid) || parent === undefined || startedAt === undefined) return undefined;
  // A zombie has ended; its parent has not read its exit status yet.
  return state === "Z" ? undefined : { pid, parent: Number(parent), startedAt };
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

function readFromPs(): Promise<readonly KnownProcess[]> {
  return new Promise((resolve) => {
    execFile("ps", ["-A", "-o", "pid=,ppid=,lstart="], { timeout: 2_000 }, (_error, stdout) => {
      resolve(parsePs(stdout));
    });
  });
}

/** Lines such as `  501     1 Sun Nov 22 17:30:27 2026`. */
export function parsePs(text: string): readonly KnownProcess[] {
  return Array.from(
    text.matchAll(/^ *(\d+) +(\d+) +(\S.*\S) *$/gm),
    ([, pid, parent, startedAt = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      startedAt,
    }),
  );
}
