import type { FailureKind, TokenUsage } from "@ktx/codex-events";
import type { LoadedImage } from "@ktx/images";
import type { HistoryItem } from "@ktx/app-server";

/** The model's part of one turn. Tool calls run first, then the text or object is the answer. */
export interface ScriptedTurn {
  /** Calls of the run's own tools, one after the other; their `execute` really runs. @default none */
  readonly toolCalls?: readonly ScriptedToolCall[];
  /** The answer. @default none */
  readonly text?: string;
  /** The answer as a value of the call's schema, before its transforms; the runtime writes it as JSON text. */
  readonly object?: unknown;
  /** The number of deltas in which the answer comes. @default 1 */
  readonly deltas?: number;
  /** Tokens that the turn reports. @default none */
  readonly usage?: TokenUsage;
  /** Ends the turn with this failure, after its tool calls. */
  readonly failure?: {
    readonly kind: Exclude<FailureKind, "thread-unavailable">;
    readonly message?: string;
  };
}

export interface ScriptedToolCall {
  /** The name that the model sees. */
  readonly tool: string;
  /** @default an empty object */
  readonly arguments?: object;
}

/** The question to the model in one turn. */
export interface AskedTurn {
  /** Counts from 1, over all calls of the runtime. */
  readonly turn: number;
  readonly model: string;
  /** The system text. */
  readonly instructions?: string;
  readonly prompt: string;
  readonly images?: readonly LoadedImage[];
  /** The conversation before this turn. */
  readonly history: readonly HistoryItem[];
  /** The names of the tools that the model may call. */
  readonly tools: readonly string[];
  /** The strict JSON Schema of the answer. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** The results of the scripted tool calls of the turn, as the model would read them. */
  readonly toolResults: readonly {
    readonly tool: string;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly text: string;
    readonly isError: boolean;
  }[];
}

/** The turns in order, or a function that decides each turn from its question. */
export type RuntimeScript =
  | readonly ScriptedTurn[]
  | ((asked: AskedTurn) => ScriptedTurn | Promise<ScriptedTurn>);
