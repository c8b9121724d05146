import type { TestAPI } from "vitest";
import type { TokenLimits } from "./matchers.ts";
import type { StartSim } from "./start-sim.ts";

export { type MatcherResult, simMatchers, type TokenLimits } from "./matchers.ts";
export { simFixtures, type StartSim } from "./start-sim.ts";

/** The `test` of vitest with the fixtures, for a module that exports it. */
export type SimTest = TestAPI<{ startSim: StartSim }>;

declare module "vitest" {
  // The parameters are those of vitest.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toHaveCalledTool: (name: string, args?: object) => R;
    toHaveUsedAtMost: (limits: TokenLimits) => R;
    toHaveEndedAs: (end: string) => R;
  }
}
