import { buildFailure } from "@ktx/codex-events";
import { CodexError } from "../values/codex-error.ts";
import type { RuntimeWarning } from "../values/runtime-warning.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that hold an API key in every run; Codex reads the first by itself, and passes on both. */
const ownVariables = ["CODEX_API_KEY", "OPENAI_API_KEY"];

/** The names of the variables that hold a key, with those of a run's own service. */
export function keyVariables(...further: readonly (string | undefined)[]): readonly string[] {
  return [...new Set([...ownVariables, ...further.filter((name) => name !== undefined)])];
}

/** An environment whose keys have no white space around them. */
export interface TrimmedKeys {
  readonly env: Environment;
  /** The variables that had some. */
  readonly trimmed: readonly string[];
}

/**
 * The environment with each key in its usable form: a line feed from `$(cat key.txt)` or a file of variables is not
 * part of it, and white space alone is not a key. Pure.
 */
export function trimKeys(env: Environment, names: readonly string[]): TrimmedKeys {
  const trimmed = names.filter(
    (name) => env[name] !== undefined && env[name] !== env[name]?.trim(),
  );
  if (trimmed.length === 0) return { env, trimmed };
  const keys = trimmed.map((name) => [name, env[name]?.trim() || undefined] as const);
  return { env: { ...env, ...Object.fromEntries(keys) }, trimmed };
}

/** The warning about white space that was taken off. Pure. */
export function describeTrimmed(variables: readonly string[]): RuntimeWarning {
  return {
    kind: "trimmed-key",
    message:
      `${variables.join(" and ")} ${variables.length === 1 ? "has" : "have"} white space around the key. ` +
      "The run uses the key without it. Remove it where the variable is set.",
    variables,
  };
}

/**
 * Checks that HTTP can carry the keys of these variables.
 *
 * @throws {CodexError} of kind `auth`, which names the variable and the character, and shows nothing of the key.
 */
export function checkKeys(env: Environment, names: readonly string[]): void {
  for (const name of names) {
    const at = env[name]?.search(notInHeader) ?? -1;
    if (at < 0) continue;
    const code = env[name]?.codePointAt(at) ?? 0;
    const character = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    throw new CodexError(
      buildFailure({
        kind: "auth",
        message:
          `Expected ${name} to hold an API key of visible ASCII characters, got ${character} ` +
          `at position ${at + 1}, which no HTTP header can carry. Set ${name} to the key alone.`,
      }),
    );
  }
}

const notInHeader = /[^\u0020-\u007E]/u;
