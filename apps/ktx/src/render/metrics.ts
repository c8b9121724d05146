import type { AgentLoopMetrics, RunMetrics } from "@ktx/codex-runtime";
import { countOf } from "@ktx/config";
import { formatDuration } from "./tool-call-line.ts";

/** `3 steps · 1 repair · 412 ms · 1,234 tokens (1,100 in, 134 out)`; a count that was not reported is left out. */
export function renderMetrics(metrics: RunMetrics | AgentLoopMetrics): string {
  const { repairs, totalMs, usage } = metrics;
  const { inputTokens, outputTokens, totalTokens } = usage;
  const parts = [
    inputTokens === undefined ? undefined : `${count(inputTokens)} in`,
    outputTokens === undefined ? undefined : `${count(outputTokens)} out`,
  ].filter((part) => part !== undefined);
  return [
    "stepCount" in metrics ? countOf(metrics.stepCount, "step") : undefined,
    repairs === undefined ? undefined : countOf(repairs, "repair"),
    formatDuration(totalMs),
    totalTokens === undefined ? undefined : `${count(totalTokens)} tokens (${parts.join(", ")})`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
