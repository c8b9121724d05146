import { endProcesses, endWindowsTree } from "./end-processes.ts";
import { readDescendants } from "./process-tree.ts";

/** Milliseconds that the system may take to end killed processes. */
const killMs = 2_000;

/**
 * Ends a process of this one's and everything that it has started, at once and by force: for a process that can
 * no longer put away what it has started itself. They are gone when it settles.
 *
 * @returns the ids of those that still run.
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
    // It ended just now.
  }
}
