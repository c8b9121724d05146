import { spawn } from "node:child_process";

/**
 * Kills the process group of a child if this process ends before the returned function is called, in any way, including
 * SIGKILL. A child that was spawned with `detached: true` leads its group, which its descendants join.
 *
 * The guard is a shell of about one megabyte that waits at a pipe which only this process holds. Windows has no process
 * groups, so nothing is guarded there.
 *
 * @param leader The id of the child, which is also the id of its group.
 * @returns a function that ends the guard.
 */
export function guardProcessGroup(leader: number): () => void {
  if (process.platform === "win32") return () => {};
  const guard = spawn("/bin/sh", ["-c", killAtEndOfInput, "sh", String(leader)], {
    // A group of its own: Ctrl-C in the terminal ends the host, and must not end the guard first.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  guard.on("error", ignore);
  guard.stdin.on("error", ignore);
  guard.unref();
  return () => void guard.stdin.end("released\n");
}

const killAtEndOfInput = 'read -r released || kill -KILL "-$1"';

function ignore(): void {
  // There is no guard without a shell.
}

/** Sends SIGKILL to the remaining process group of a child that was spawned with `detached: true`. */
export function killProcessGroup(leader: number): void {
  try {
    if (process.platform !== "win32") process.kill(-leader, "SIGKILL");
  } catch {
    // The whole group has ended.
  }
}
