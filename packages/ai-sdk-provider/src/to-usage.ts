import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { RunStream } from "@ktx/codex-runtime";

/** The tokens of a turn; each count is absent where Codex reported none. */
export type TurnUsage = Awaited<RunStream["usage"]>;

const counts = [
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteInputTokens",
  "outputTokens",
  "reasoningOutputTokens",
] as const satisfies readonly (keyof TurnUsage)[];

/** The tokens that were reported after `before`. Pure. */
export function usageSince(before: TurnUsage, now: TurnUsage): LanguageModelV4Usage {
  const since: Partial<Record<(typeof counts)[number], number>> = {};
  for (const name of counts) {
    const [earlier, later] = [before[name], now[name]];
    if (later !== undefined && later !== earlier) since[name] = later - (earlier ?? 0);
  }
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens } = since;
  const { outputTokens, reasoningOutputTokens } = since;
  return {
    inputTokens: {
      total: inputTokens,
      noCache: minus(minus(inputTokens, cachedInputTokens), cacheWriteInputTokens),
      cacheRead: cachedInputTokens,
      cacheWrite: cacheWriteInputTokens,
    },
    outputTokens: {
      total: outputTokens,
      text: minus(outputTokens, reasoningOutputTokens),
      reasoning: reasoningOutputTokens,
    },
  };
}

function minus(all: number | undefined, part = 0): number | undefined {
  return all === undefined ? undefined : all - part;
}
