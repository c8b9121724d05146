import type { CodexUsage } from "./thread-event.ts";

/** Tokens. A count that was not reported is absent, not zero. */
export interface TokenUsage {
  /** Includes `cachedInputTokens`. */
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  /** Includes `reasoningOutputTokens`. */
  readonly outputTokens?: number;
  readonly reasoningOutputTokens?: number;
  /** As reported, or input + output when both were. */
  readonly totalTokens?: number;
}

/**
 * Codex's counts under our names. They cover the whole thread: after a resume, subtract the counts of the
 * earlier turns.
 */
export function buildTokenUsage(usage: CodexUsage): TokenUsage {
  const { input_tokens, cached_input_tokens, output_tokens, reasoning_output_tokens } = usage;
  const total =
    usage.total_tokens ??
    (input_tokens !== undefined && output_tokens !== undefined
      ? input_tokens + output_tokens
      : undefined);
  return {
    ...(input_tokens !== undefined && { inputTokens: input_tokens }),
    ...(cached_input_tokens !== undefined && { cachedInputTokens: cached_input_tokens }),
    ...(output_tokens !== undefined && { outputTokens: output_tokens }),
    ...(reasoning_output_tokens !== undefined && {
      reasoningOutputTokens: reasoning_output_tokens,
    }),
    ...(total !== undefined && { totalTokens: total }),
  };
}
