/** One thing about `ktx.yaml` that the user should know, as data. */
export interface ConfigProblem {
  /** `error`: the file cannot be used. `warning`: it can, and something in it has no effect. */
  readonly severity: "error" | "warning";
  readonly code: ConfigProblemCode;
  /** The file, as it should be shown. */
  readonly file: string;
  /** The keys that lead to the place; empty for the file as a whole. */
  readonly path: readonly string[];
  /** 1-based; null where the problem is with the file itself and not with a place in it. */
  readonly line: number | null;
  /** 1-based, in UTF-16 code units as editors count; null with `line`. */
  readonly column: number | null;
  /** `expected …, got …`. Never holds a value that may be a secret. */
  readonly message: string;
  /** What to do next, as a sentence. */
  readonly fix: string;
}

export type ConfigProblemCode =
  | "file-missing"
  | "file-unreadable"
  | "file-unwritable"
  | "file-empty"
  | "not-utf-8"
  | "yaml-syntax"
  | "yaml-feature"
  | "duplicate-key"
  | "unknown-key"
  | "empty-value"
  | "missing-key"
  | "wrong-type"
  | "wrong-value"
  | "unsupported-model"
  | "misleading-alias"
  | "missing-default-model"
  | "unused-key";

/** A place in a file, 1-based. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where problems are located: the file's name as shown, and its keys and values by path. */
export interface ConfigSource {
  readonly file: string;
  /** The key or the value at `path`, or the nearest thing above it that is there. */
  readonly locate: (path: readonly string[], part: "key" | "value") => Position;
}

/**
 * Two lines:
 *
 *     ktx.yaml:7:5  llm.models.default: expected a model id, got number 5.5
 *       fix: Write, for example, `default: gpt-5.5`.
 */
export function describeProblem(problem: ConfigProblem): string {
  return `${describePlace(problem)}\n  fix: ${problem.fix}`;
}

/** The first of the two: the place and the message. */
export function describePlace(problem: ConfigProblem): string {
  const place =
    problem.line === null ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const severity = problem.severity === "warning" ? "warning: " : "";
  const path = problem.path.length > 0 ? `${problem.path.join(".")}: ` : "";
  return `${place}  ${severity}${path}${problem.message}`;
}
