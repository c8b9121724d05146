import type { TokenUsage } from "@ktx/codex-events";
import type { ToolVerdict } from "@ktx/mcp-bridge";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { RunEnd } from "../values/run-end.ts";

/** One span of a call, as subscribers of the tracing channel see it. Fields that are set at its end are optional. */
export type RunTrace = CallTrace | AttemptTrace | TurnTrace | ToolCallTrace;

interface Span {
  /** Unique in this process. */
  readonly id: string;
  /** The span that this one is a part of; absent for a call. */
  readonly parentId?: string;
  /** Milliseconds. */
  durationMs?: number;
  /** The failure of the span: an error, or the failure as data. */
  error?: unknown;
}

/** One call of a method of the runtime. */
export interface CallTrace extends Span {
  readonly span: "call";
  readonly method: "generateText" | "generateObject" | "runAgentLoop";
  readonly role: string;
  readonly model: string;
  /** The caller's tags; else empty. */
  readonly telemetryTags: Readonly<Record<string, string>>;
  end?: RunEnd["type"];
  metrics?: RunMetrics;
  /** Present with `traceContent`. */
  content?: { readonly prompt: string; readonly instructions?: string; text?: string };
}

/** One attempt at a call; retries and repairs are attempts of their own. */
export interface AttemptTrace extends Span {
  readonly span: "attempt";
  /** Counts from 1. */
  readonly attempt: number;
}

/** One turn of Codex. */
export interface TurnTrace extends Span {
  readonly span: "turn";
  readonly model: string;
  threadId?: string;
  outcome?: "completed" | "failed" | "incomplete";
  usage?: TokenUsage;
  stepCount?: number;
}

/** One call of a tool by the model. */
export interface ToolCallTrace extends Span {
  readonly span: "tool-call";
  readonly name: string;
  /** As observers and the tool's context have it. */
  readonly callId: number;
  outcome?: "ok" | "error" | "timeout" | "cancelled" | "denied";
  /** The decision of `approveToolCall`; absent where nobody decided. */
  approval?: ToolVerdict;
  /** Present with `traceContent`. */
  content?: { readonly arguments: unknown; result?: string };
}
