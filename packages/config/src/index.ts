export { ConfigError } from "./config-error.ts";
export type { ConfigChanges } from "./config-changes.ts";
export { describeProblem, type ConfigProblem, type ConfigProblemCode } from "./config-problem.ts";
