import type { ChildProcess } from "node:child_process";
import { finished } from "node:stream/promises";
import { settleWithin } from "@ktx/timers";

/** Milliseconds after the end of a process in which its last output may arrive. */
export const drainMs = 500;

/**
 * Waits for the end of a process and, for a limited time, for its remaining output; then closes our ends of its pipes,
 * since another process may hold the other ends and never close them.
 *
 * @param gone Settles with the end of the process.
 */
export async function drainOutput(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  // A child that did not start may lack its pipes, contrary to its type.
  const pipes = [child.stdout, child.stderr].flatMap((pipe) => pipe ?? []);
  await gone;
  await settleWithin(Promise.all(pipes.map((pipe) => finished(pipe))), drainMs);
  for (const pipe of pipes) pipe.destroy();
}
