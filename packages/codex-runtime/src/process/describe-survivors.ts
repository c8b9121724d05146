import type { RuntimeWarning } from "../values/runtime-warning.ts";

/** The warning about processes that outlived their run and every signal. Pure. */
export function describeSurvivors(pids: readonly number[]): RuntimeWarning {
  return {
    kind: "process-survives",
    message:
      "Expected Codex and what it started to end with its run, but not even SIGKILL ended " +
      `${pids.length === 1 ? "process" : "processes"} ${pids.join(", ")}. End them by hand.`,
    pids,
  };
}
