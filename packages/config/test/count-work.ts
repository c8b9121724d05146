import { Session, type Profiler } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

/** Counts the blocks of code that run, of ours and of the libraries that are called. */
export interface WorkCounter extends AsyncDisposable {
  readonly count: (work: () => void) => Promise<number>;
}

/**
 * Unlike a duration, the count is the same on every machine and in every run. Begin before the code to be
 * counted has run for the first time: V8 counts the blocks of what it compiles from here on, and no more than
 * the calls of what it has compiled before. What runs inside V8, such as a spread, counts as nothing.
 */
export async function startWorkCounter(): Promise<WorkCounter> {
  // Code that V8 has optimized is not counted.
  for (const tier of tiers) setFlagsFromString(`--no-${tier}`);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const take = async (): Promise<number> => {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return result.reduce((sum, script) => sum + countScript(script), 0);
  };
  return {
    async count(work) {
      // Taking the counts sets them to zero.
      await take();
      work();
      return take();
    },
    async [Symbol.asyncDispose]() {
      await session.post("Profiler.stopPreciseCoverage");
      session.disconnect();
      for (const tier of tiers) setFlagsFromString(`--${tier}`);
    },
  };
}

const tiers = ["opt", "maglev", "sparkplug", "use-osr"];

function countScript({ functions }: Profiler.ScriptCoverage): number {
  return functions
    .flatMap(({ ranges }) => ranges.map(({ count }) => count))
    .reduce((sum, count) => sum + count, 0);
}
