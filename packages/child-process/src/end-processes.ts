import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type KnownProcess, readSurvivors } from "./process-tree.ts";

/** Milliseconds that each step of the ladder waits. */
export interface EndingPatience {
  readonly terminateMs: number;
  readonly killMs: number;
}

/** Ends processes that are not our children, by SIGTERM, then SIGKILL. Returns the ids of those that still run. */
export async function endProcesses(
  known: readonly KnownProcess[],
  { terminateMs, killMs }: EndingPatience,
): Promise<readonly number[]> {
  let left = await readSurvivors(known);
  for (const [signal, patienceMs] of [
    ["SIGTERM", terminateMs],
    ["SIGKILL", killMs],
  ] as const) {
    for (const { pid } of left) send(pid, signal);
    left = await waitFor(left, patienceMs);
  }
  return left.map(({ pid }) => pid);
}

/**
 * Ends a process and all its descendants on Windows, which has no signals: `taskkill /T /F` finds the tree as long as
 * its root runs. Not verified on a Windows machine.
 */
export function endWindowsTree(root: number): Promise<void> {
  return new Promise((resolve) => {
    execFile("taskkill", ["/PID", String(root), "/T", "/F"], { timeout: 5_000 }, () => resolve());
  });
}

const pollMs = 20;

/** Polls for the end of the processes: the system announces only the end of children. */
async function waitFor(
  known: readonly KnownProcess[],
  patienceMs: number,
): Promise<readonly KnownProcess[]> {
  let left = known;
  for (let waitedMs = 0; left.length > 0 && waitedMs < patienceMs; waitedMs += pollMs) {
    await sleep(pollMs);
    left = await readSurvivors(left);
  }
  return left;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
