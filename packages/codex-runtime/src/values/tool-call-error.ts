import type { TokenUsage, ToolFailure } from "@ktx/codex-events";
import type { RunRemains } from "./codex-error.ts";
import type { ToolCallReport } from "./tool-call-report.ts";

/** A run with a completed turn and a failed tool call that `onToolFailure` makes a failure. */
export class ToolCallError extends Error implements RunRemains {
  override readonly name: string = "ToolCallError";
  /** The calls that made the run fail: at least one, in the order of their failure. */
  readonly toolFailures: readonly ToolFailure[];
  readonly text?: string;
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];

  constructor(toolFailures: readonly ToolFailure[], remains: RunRemains) {
    super(describeToolFailures(toolFailures));
    this.toolFailures = toolFailures;
    if (remains.text !== undefined) this.text = remains.text;
    this.usage = remains.usage;
    this.toolCalls = remains.toolCalls;
  }
}

/** Failed calls of tools as text for people: a line each. */
export function describeToolFailures(toolFailures: readonly ToolFailure[]): string {
  return toolFailures
    .map(({ tool, message }) => `Codex runtime tool call failed: ${tool}: ${message}`)
    .join("\n");
}
