import type { ChildProcess } from "node:child_process";
import { finished } from "node:stream/promises";
import { settleWithin } from "@ktx/timers";

/** Milliseconds that the last output of a process may take to arrive after its end. */
export const drainMs = 500;

/**
 * Waits for the end of a process and, for a while, for its earlier output; then closes our ends of its pipes:
 * another process may hold the others, and never close them.
 *
 * @param gone Settles with the end of the process.
 */
export async function drainOutput(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  // Without a process the pipes may be missing too, whatever the type of a child says.
  const pipes = [child.stdout, child.stderr].flatMap((pipe) => pipe ?? []);
  await gone;
  await settleWithin(Promise.all(pipes.map((pipe) => finished(pipe))), drainMs);
  for (const pipe of pipes) pipe.destroy();
}
