import { describeProblem, type ConfigProblem } from "./config-problem.ts";

/** The only error of this package: a write that cannot be done, with the reasons as data. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join("\n"), options);
    this.problems = problems;
  }
}
