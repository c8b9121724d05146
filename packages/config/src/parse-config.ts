import { checkShape } from "./check-shape.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { setupLine } from "./model-refusal.ts";
import { parseYaml } from "./parse-yaml.ts";
import { resolveConfig, type ResolvedConfig } from "./resolve-config.ts";
import type { WrittenConfig } from "./config-schema.ts";

export interface ParsedConfig {
  /** The content of the file; undefined when its text or its shape is invalid. */
  readonly written: WrittenConfig | undefined;
  /** The config for programs; undefined when any problem is an error. */
  readonly config: ResolvedConfig | undefined;
  /** In the order of the file. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Parses the text of `ktx.yaml` into the config, or into problems. Total: never throws, and never repeats a
 * value that may be a secret.
 *
 * @param options.file the display name of the file in problems; default `ktx.yaml`.
 */
export function parseConfig(text: string, options: { readonly file?: string } = {}): ParsedConfig {
  const { value, source, problems: yamlProblems } = parseYaml(text, options.file ?? "ktx.yaml");
  if (yamlProblems.some(({ severity }) => severity === "error") && value === undefined)
    return { written: undefined, config: undefined, problems: yamlProblems };
  if (value === null || value === undefined) return emptyConfig(source.file, yamlProblems);

  const shape = checkShape(value, source);
  const resolution = shape.written && resolveConfig(shape.written, source);
  const problems = [...yamlProblems, ...shape.problems];
  const hasError = problems.some(({ severity }) => severity === "error");
  return {
    written: shape.written,
    config: hasError ? undefined : resolution?.config,
    problems: inFileOrder([...problems, ...(resolution?.problems ?? [])]),
  };
}

/** A file with only comments is a mapping without keys: valid, but not useful yet. */
function emptyConfig(file: string, yamlProblems: readonly ConfigProblem[]): ParsedConfig {
  const empty: ConfigProblem = {
    severity: "warning",
    code: "file-empty",
    file,
    path: [],
    line: 1,
    column: 1,
    message: "expected a mapping with llm, got an empty file",
    fix: `Run \`${setupLine}\`.`,
  };
  return { written: {}, ...resolveConfig({}), problems: [...yamlProblems, empty] };
}

/** One problem per place and path: an empty `default:` is missing, and being empty adds no problem. */
function inFileOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const missing = new Set(
    problems
      .filter(({ code }) => code === "missing-default-model")
      .map(({ path }) => path.join(".")),
  );
  return problems
    .filter(({ code, path }) => code !== "empty-value" || !missing.has(path.join(".")))
    .toSorted(
      (one, other) =>
        (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
    );
}
