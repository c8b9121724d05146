import { type RunningProcess, runningProcesses } from "../running-processes.ts";

export interface CodexProcess {
  readonly pid: number;
  readonly parent: number;
  readonly argv: string;
}

/**
 * The processes of this machine, whosever they are, that have this mark in their arguments or environment: a
 * folder of the test, or the address of its stand-in service, which a scene puts into `TMP`, a variable that
 * Codex gets and Linux makes nothing of. Linux only.
 */
export function processesWith(marker: string): readonly RunningProcess[] {
  return runningProcesses().filter(({ argv, environment }) =>
    [...argv, ...environment].some((part) => part.includes(marker)),
  );
}

/** Those of them that are a Codex; what one has just begun to start still looks like it, and is left out. */
export function codexProcessesOf(marker: string): readonly CodexProcess[] {
  const found = processesWith(marker).filter(({ argv }) =>
    / (?:exec --experimental-json|app-server) /.test(argv.join(" ")),
  );
  const pids = new Set(found.map(({ pid }) => pid));
  return found
    .filter(({ parent }) => !pids.has(parent))
    .map(({ pid, parent, argv }) => ({ pid, parent, argv: argv.join(" ") }));
}

/** Sends them a signal; one that has gone meanwhile needs none. */
export function signalProcessesWith(marker: string, signal: NodeJS.Signals): void {
  for (const { pid } of processesWith(marker)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended just now.
    }
  }
}
