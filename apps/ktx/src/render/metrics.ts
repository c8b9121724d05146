import type { AgentLoopMetrics } from "@ktx/codex-runtime";
import { formatDuration } from "./tool-call-line.ts";

/** `3 steps · 412 ms · 1,234 tokens (1,100 in, 134 out)`; what was not reported is left out. */
export function renderMetrics({ stepCount, totalMs, usage }: AgentLoopMetrics): string {
  const { inputTokens, outputTokens, totalTokens } = usage;
  const parts = [
    inputTokens === undefined ? undefined : `${count(inputTokens)} in`,
    outputTokens === undefined ? undefined : `${count(outputTokens)} out`,
  ].filter((part) => part !== undefined);
  return [
    `${stepCount} ${stepCount === 1 ? "step" : "steps"}`,
    formatDuration(totalMs),
    totalTokens === undefined ? undefined : `${count(totalTokens)} tokens (${parts.join(", ")})`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
