import { z } from "zod";
import { childCpuMs, watchPeakMb } from "./child-use.ts";
import { type Contender, works } from "./contender.ts";

/** Several runs of one work, as many at once as asked. */
export const block = z.object({
  work: z.enum(works),
  runs: z.number(),
  atOnce: z.number(),
});

export type Block = z.infer<typeof block>;

/** Times are in milliseconds, CPU times those of all runs together. */
export const measured = z.object({
  /** Of each run, in the order in which they ended. */
  times: z.array(z.number()),
  totalMs: z.number(),
  /** Of the children of the contender's process. */
  peakMb: z.number(),
  nodeCpuMs: z.number(),
  codexCpuMs: z.number(),
});

export type Measured = z.infer<typeof measured>;

/** Does the runs, in a process in which nothing else is done. */
export async function measure(
  contender: Contender,
  { work, runs, atOnce }: Block,
): Promise<Measured> {
  const codexBeforeMs = childCpuMs();
  const nodeBefore = process.cpuUsage();
  const stopWatching = watchPeakMb();
  const times: number[] = [];
  let begun = 0;
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, runs) }, async () => {
      while (begun < runs) {
        begun += 1;
        const runStartedAtMs = performance.now();
        await contender.run(work);
        times.push(performance.now() - runStartedAtMs);
      }
    }),
  );
  const totalMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(nodeBefore);
  return {
    times,
    totalMs,
    peakMb: stopWatching(),
    nodeCpuMs: (user + system) / 1_000,
    codexCpuMs: childCpuMs() - codexBeforeMs,
  };
}
