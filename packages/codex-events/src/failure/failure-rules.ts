import { codexFailureRules } from "./codex-failure-rules.ts";
import { outerFailureRules } from "./outer-failure-rules.ts";
import { serviceFailureRules } from "./service-failure-rules.ts";
import type { FailureKind } from "./failure-kinds.ts";

/** The kinds that a text can show; the runtime itself detects the others. */
export type LegibleKind = Exclude<FailureKind, "empty-turn" | "timeout" | "thread-unavailable">;

/** One sentence form that shows a kind of failure. */
export interface FailureRule {
  readonly kind: LegibleKind;
  /** Matched against the unwrapped sentence, with straight apostrophes. */
  readonly pattern: RegExp;
  /** The rule applies only to a response with this HTTP status. */
  readonly status?: number;
  /** The sentence is more exact than the error code beside it. */
  readonly outranksCode?: true;
  /** The recordings (of Codex 0.163.0) that show it. */
  readonly recorded?: readonly string[];
  /**
   * A sentence that was not recorded, from Codex's source or the API's documentation.
   */
  readonly example?: string;
  /** The services whose sentences show it; the tests hold each sentence with its source. */
  readonly services?: readonly string[];
}

/**
 * In order: the first match wins, so the most specific rules come first. Codex drops the API's error codes from
 * most messages, and only its own sentences remain.
 */
export const failureRules: readonly FailureRule[] = [
  ...codexFailureRules,
  ...serviceFailureRules,
  ...outerFailureRules,
];

/** The first rule that matches the sentence. */
export function findRule(
  sentence: string,
  httpStatus: number | undefined,
): FailureRule | undefined {
  const words = sentence.replaceAll("\u2019", "'");
  return failureRules.find(
    ({ pattern, status }) => (status ?? httpStatus) === httpStatus && pattern.test(words),
  );
}
