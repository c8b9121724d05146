import { spawn } from "node:child_process";

/**
 * Kills the process group of a child, should this process end before the returned function is called: in any way, by
 * SIGKILL as well. The child leads its group when it was spawned with `detached: true`; what it starts joins the group.
 *
 * A shell waits at a pipe that only this process holds, which costs a process of about a megabyte. On Windows, which has
 * no process groups, nothing is guarded.
 *
 * @param leader The id of the child, which is that of its group.
 * @returns what ends the guard.
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
  // Without a shell nothing is guarded.
}

/** Sends SIGKILL to what is left of the process group of a child that was spawned with `detached: true`. */
export function killProcessGroup(leader: number): void {
  try {
    if (process.platform !== "win32") process.kill(-leader, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
