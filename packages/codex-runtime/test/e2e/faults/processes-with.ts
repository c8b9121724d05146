import { runningProcesses } from "../../running-processes.ts";

/**
 * The processes of this machine, whosever they are, that run with this in their arguments or as `TMP`, a
 * variable that Codex gets and Linux makes nothing of. Linux only.
 */
export function processesWith(marker: string): readonly number[] {
  return runningProcesses()
    .filter(
      ({ argv, environment }) =>
        argv.some((argument) => argument.includes(marker)) || environment.includes(`TMP=${marker}`),
    )
    .map(({ pid }) => pid);
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
