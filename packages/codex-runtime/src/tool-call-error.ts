import type { TokenUsage, ToolFailure } from "@ktx/codex-events";

/** A run whose turn completed although a tool call of it failed. */
export class ToolCallError extends Error {
  override readonly name: string = "ToolCallError";
  /** At least one, in the order of the calls. */
  readonly toolFailures: readonly ToolFailure[];
  readonly usage: TokenUsage;

  constructor(toolFailures: readonly ToolFailure[], usage: TokenUsage) {
    super(toolFailures.map(describe).join("\n"));
    this.toolFailures = toolFailures;
    this.usage = usage;
  }
}

function describe({ tool, message }: ToolFailure): string {
  return `Codex runtime tool call failed: ${tool}: ${message}`;
}
