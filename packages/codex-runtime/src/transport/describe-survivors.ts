import type { RuntimeWarning } from "../values/runtime-warning.ts";

/** The warning about processes that outlived their run and every signal. Pure. */
export function describeSurvivors(pids: readonly number[]): RuntimeWarning {
  return {
    kind: "process-survives",
    message:
      pids.length === 1
        ? `Process ${pids.join()} is still running after SIGKILL. Terminate it manually.`
        : `Processes ${pids.join(", ")} are still running after SIGKILL. Terminate them manually.`,
    pids,
  };
}
