import { endProcesses, endWindowsTree } from "./end-processes.ts";
import { readDescendants } from "./process-tree.ts";

/** Milliseconds that the system may take to end killed processes. */
const killMs = 2_000;

/**
 * Kills a child process and all its descendants at once, for a child that can no longer end its own children. Resolves
 * when they have ended.
 *
 * @returns the ids of processes that still run.
 */
export async function killProcessTree(root: number): Promise<readonly number[]> {
  const descendants = await readDescendants(root);
  if (process.platform === "win32") await endWindowsTree(root);
  else kill(root);
  return endProcesses(descendants, { terminateMs: 0, killMs });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
