import type { TokenUsage } from "@ktx/codex-events";

/** A recorded run as its page shows it. Times are milliseconds since the recording began. */
export interface RunView {
  readonly turns: readonly TurnView[];
  readonly endMs: number;
}

export interface TurnView {
  /** Counts from 1 over all threads. */
  readonly turn: number;
  readonly thread: number;
  readonly model: string;
  readonly prompt: string;
  readonly instructions: string | undefined;
  readonly tools: readonly string[];
  readonly images: number;
  readonly outputSchema: unknown;
  readonly startMs: number;
  readonly endMs: number;
  readonly entries: readonly Entry[];
  /** The tokens of each request to the model, as Codex reports them. */
  readonly requests: readonly RequestTokens[];
  readonly usage: TokenUsage;
  readonly steps: number;
  readonly end: TurnEnd;
}

export type TurnEnd =
  | { readonly type: "completed" }
  /** ktx ended it: a budget, a time limit, or the caller. */
  | { readonly type: "stopped" }
  /** The recording breaks off. */
  | { readonly type: "cut" }
  | {
      readonly type: "failed";
      readonly kind: string;
      readonly message: string;
      /** The next step. */
      readonly fix: string | undefined;
    };

export type EntryKind =
  | "message"
  | "reasoning"
  | "tool"
  | "command"
  | "files"
  | "search"
  | "plan"
  | "wait"
  | "limits"
  | "warning"
  | "error";

/** One line of the timeline. */
export interface Entry {
  readonly kind: EntryKind;
  readonly atMs: number;
  /** Undefined for a moment, and for a call without an end. */
  readonly durationMs: number | undefined;
  readonly title: string;
  readonly isFailed: boolean;
  /** The texts that are folded. */
  readonly details: readonly { readonly label: string; readonly text: string }[];
}

export interface RequestTokens {
  readonly atMs: number;
  /** Without `cached`. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}
