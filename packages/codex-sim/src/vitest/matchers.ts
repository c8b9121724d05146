import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../is-record.ts";

/** The outcome of a matcher, as vitest takes it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Limits of tokens; one that is absent is not checked. */
export interface TokenLimits {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
}

/**
 * Matchers for results and errors of `@ktx/codex-runtime`: `expect.extend(simMatchers)`, once for a test file or in a
 * setup file. A value that has nothing to compare, such as the text of `generateText`, fails with `not`, too.
 */
export const simMatchers: {
  /** A result or error has a call of this tool, with at least these arguments. */
  readonly toHaveCalledTool: (received: unknown, name: string, args?: object) => MatcherResult;
  /** A result, an error or metrics report no more tokens than these. A count that is missing fails, also with `not`. */
  readonly toHaveUsedAtMost: (received: unknown, limits: TokenLimits) => MatcherResult;
  /**
   * A loop stopped for this reason (`natural`, `budget`, …), or an error, or the error of a loop, has this kind of
   * failure (`auth`, `timeout`, …), or this name.
   */
  readonly toHaveEndedAs: (received: unknown, end: string) => MatcherResult;
} = {
  toHaveCalledTool(received, name, args) {
    const calls = callsOf(received);
    const wanted = `a call of ${name}${args === undefined ? "" : ` with ${JSON.stringify(args)}`}`;
    const pass = calls.some(
      (call) => call.tool === name && (args === undefined || includes(call.arguments, args)),
    );
    const came =
      calls.map((call) => `${call.tool}(${JSON.stringify(call.arguments)})`).join(", ") ||
      "no call";
    return {
      pass,
      message: () => `Expected ${pass ? "no such call as " : ""}${wanted}, got ${came}.`,
    };
  },
  toHaveUsedAtMost(received, limits) {
    const usage = usageOf(received);
    const names = ["inputTokens", "outputTokens", "totalTokens"] as const;
    const pass = names.every((name) => {
      const limit = limits[name];
      if (limit === undefined) return true;
      const used = usage?.[name];
      if (typeof used !== "number")
        throw new Error(`Expected a count of ${name}, got ${describe(usage ?? received)}.`);
      return used <= limit;
    });
    return {
      pass,
      message: () =>
        `Expected ${pass ? "more than" : "at most"} ${JSON.stringify(limits)}, got ${JSON.stringify(usage)}.`,
    };
  },
  toHaveEndedAs(received, end) {
    const ends = endsOf(received);
    if (ends.length === 0)
      throw new Error(`Expected a result of a loop, or an error, got ${describe(received)}.`);
    const pass = ends.includes(end);
    return {
      pass,
      message: () =>
        `Expected ${pass ? "another end than " : "the end "}${end}, got ${ends.join(", ")}.`,
    };
  },
};

interface ShownCall {
  readonly tool: string;
  readonly arguments: unknown;
}

function callsOf(received: unknown): readonly ShownCall[] {
  const calls = isRecord(received) ? received["toolCalls"] : undefined;
  if (!Array.isArray(calls))
    throw new Error(
      `Expected \`toolCalls\`, which results of \`runAgentLoop\` and errors of runs have, got ${describe(received)}.`,
    );
  return calls.filter(isRecord).map((call) => ({
    tool: String(call["tool"] ?? call["name"]),
    arguments: call["arguments"],
  }));
}

function usageOf(received: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(received)) return undefined;
  const metrics = received["metrics"];
  const usage = isRecord(metrics) ? metrics["usage"] : received["usage"];
  return isRecord(usage) ? usage : undefined;
}

function endsOf(received: unknown): readonly string[] {
  if (!isRecord(received)) return [];
  const { failure, stopReason, name, error } = received;
  const found = [stopReason, isRecord(failure) ? failure["kind"] : undefined, name];
  return [...found.filter((end) => typeof end === "string"), ...endsOf(error)];
}

/** A value for an error, in one line. */
function describe(value: unknown): string {
  return value instanceof Error
    ? `the error ${value.message}`
    : (JSON.stringify(value) ?? "nothing");
}

/** True if a value has all that the other has. */
function includes(value: unknown, part: unknown): boolean {
  if (!isRecord(part)) return isDeepStrictEqual(value, part);
  return isRecord(value) && Object.entries(part).every(([key, each]) => includes(value[key], each));
}
