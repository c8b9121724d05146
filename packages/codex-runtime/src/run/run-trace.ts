import type { TokenUsage } from "@ktx/codex-events";
import type { ToolVerdict } from "@ktx/mcp-bridge";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { RunEnd } from "../values/run-end.ts";

/** One span of a call, as subscribers of the tracing channel see it. Fields that are set at its end are optional. */
export type RunTrace = CallTrace | AttemptTrace | TurnTrace | ResponseTrace | ToolCallTrace;

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

/**
 * One response of the model, only on the app-server, and there in a new thread that was opened while the channel had a
 * subscriber. Codex does not report its requests (0.163.0): the span starts with the turn, or with the answer of the
 * last tool call of the response before. Codex's own reconnects are a part of it.
 */
export interface ResponseTrace extends Span {
  readonly span: "response";
  readonly model: string;
  readonly threadId: string;
  /** The host and port of a custom endpoint. */
  readonly server?: { readonly address: string; readonly port: number };
  /** `cancelled`: the turn ended before it, for another reason than a failure. */
  outcome?: "completed" | "failed" | "cancelled";
  responseId?: string;
  /** Tokens of this response alone. */
  usage?: TokenUsage;
  /** Milliseconds from the start of the span to the first text, thought or call that Codex reports. */
  firstChunkMs?: number;
  toolCalls?: number;
}

/** One call of a tool by the model. */
export interface ToolCallTrace extends Span {
  readonly span: "tool-call";
  readonly name: string;
  /** As observers and the tool's context have it. */
  readonly callId: number;
  /** The model's id of the call; absent where the transport does not have it. */
  readonly modelCallId?: string;
  /** The tool's own, as the model reads it. */
  readonly description?: string;
  outcome?: "ok" | "error" | "timeout" | "cancelled" | "denied";
  /** The decision of `approveToolCall`; absent where nobody decided. */
  approval?: ToolVerdict;
  /** Present with `traceContent`. */
  content?: { readonly arguments: unknown; result?: string };
}
