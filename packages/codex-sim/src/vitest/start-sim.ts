import type { SimScript } from "../script.ts";
import { type CodexSim, type CodexSimOptions, startCodexSim } from "../start-codex-sim.ts";

/** Starts a stand-in that ends with the test. */
export type StartSim = (
  script: SimScript,
  options?: Omit<CodexSimOptions, "script">,
) => Promise<CodexSim>;

/**
 * Fixtures for vitest: `const test = base.extend(simFixtures)`. `startSim(script)` starts a stand-in service; each one
 * is closed at the end of its test, also of one that fails.
 */
export const simFixtures: {
  readonly startSim: (context: object, use: (startSim: StartSim) => Promise<void>) => Promise<void>;
} = {
  // Vitest reads the fixtures that this one needs from its first parameter.
  // oxlint-disable-next-line no-empty-pattern
  async startSim({}, use) {
    const started: CodexSim[] = [];
    try {
      await use(async (script, options) => {
        const sim = await startCodexSim({ ...options, script });
        started.push(sim);
        return sim;
      });
    } finally {
      await Promise.all(started.map((sim) => sim.close()));
    }
  },
};
