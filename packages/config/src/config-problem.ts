/** One problem of `ktx.yaml`, as data. */
export interface ConfigProblem {
  /** `error`: the file cannot be used. `warning`: it can, and a part of it has no effect. */
  readonly severity: "error" | "warning";
  readonly code: ConfigProblemCode;
  /** The file, by its display name. */
  readonly file: string;
  /** The keys on the path to the place; empty for the file as a whole. */
  readonly path: readonly string[];
  /** 1-based; null where the problem concerns the file and not a place in it. */
  readonly line: number | null;
  /** 1-based, in UTF-16 code units as editors count; null with `line`. */
  readonly column: number | null;
  /** `expected …, got …`. Never holds a value that may be a secret. */
  readonly message: string;
  /** The next step, as a sentence. */
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

/** The place of each problem: the file's display name, and its keys and values by path. */
export interface ConfigSource {
  readonly file: string;
  /** The key or the value at `path`, or its nearest existing parent. */
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
