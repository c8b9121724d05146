import type { CodexUsage } from "./thread-event.ts";

/** Tokens. A count that was not reported is absent, not zero. */
export interface TokenUsage {
  /** Includes `cachedInputTokens`. */
  readonly inputTokens?: number;
  /** Read from a cache of the service. */
  readonly cachedInputTokens?: number;
  /** Written to a cache of the service; absent where none were, since Codex does not tell that from no report. */
  readonly cacheWriteInputTokens?: number;
  /** Includes `reasoningOutputTokens`. */
  readonly outputTokens?: number;
  readonly reasoningOutputTokens?: number;
  /** As reported, or input + output when both were. */
  readonly totalTokens?: number;
}

/** Every count of tokens: its name here and in the app-server's messages, and its name in the events of `exec`. */
export const tokenCounts: readonly TokenCount[] = [
  ["inputTokens", "input_tokens"],
  ["cachedInputTokens", "cached_input_tokens"],
  ["cacheWriteInputTokens", "cache_write_input_tokens"],
  ["outputTokens", "output_tokens"],
  ["reasoningOutputTokens", "reasoning_output_tokens"],
  ["totalTokens", "total_tokens"],
];

type TokenCount = readonly [ours: keyof TokenUsage, codex: keyof CodexUsage];

/**
 * Codex's counts under our names. They cover the whole thread: after a resume, subtract the counts of the
 * earlier turns.
 */
export function buildTokenUsage(usage: CodexUsage): TokenUsage {
  const { input_tokens, output_tokens, cache_write_input_tokens } = usage;
  const total =
    usage.total_tokens ??
    (input_tokens !== undefined && output_tokens !== undefined
      ? input_tokens + output_tokens
      : undefined);
  const counts: CodexUsage = {
    ...usage,
    ...(total !== undefined && { total_tokens: total }),
  };
  const built: Partial<Record<keyof TokenUsage, number>> = {};
  for (const [ours, codex] of tokenCounts) {
    const count = counts[codex];
    if (count !== undefined) built[ours] = count;
  }
  if (cache_write_input_tokens === 0) delete built.cacheWriteInputTokens;
  return built;
}
