import type { ImageSource } from "@ktx/images";
import type { ApproveToolCall, ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { DeepPartial, OutputSchema } from "@ktx/structured-output";
import type { TokenUsage } from "@ktx/codex-events";
import type { AgentLoopInput, AgentLoopResult } from "./run/agent-loop.ts";
import type { RunCallbacks } from "./run/run-callbacks.ts";
import type { ObjectStream } from "./run/object-stream.ts";
import type { RepairPolicy } from "./run/repair-policy.ts";
import type { RunPolicy } from "./run/run-policy.ts";
import type { TextStream } from "./run/text-stream.ts";
import type { RunBudgets } from "./values/budgets.ts";
import type { HistoryItem } from "@ktx/app-server";
import type { RunMetrics } from "./values/run-metrics.ts";

export interface GenerateTextInput<Role extends string = string>
  extends RunBudgets, RunPolicy, RunCallbacks {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly role: Role | "default";
  readonly prompt: string;
  /**
   * Images that the model sees after the prompt: PNG, JPEG, GIF or WebP by their content; at most 50, and 20 MB in
   * all. Codex makes larger ones fit 2,048 pixels, and a PNG of each GIF (0.163.0). @default none
   */
  readonly images?: readonly ImageSource[];
  /** Instructions that the model reads before the prompt. @default none */
  readonly system?: string;
  /** The tools that the model may call. @default none */
  readonly tools?: ToolSet;
  /** Observes each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  /**
   * Decides about each tool call before it runs, within the time limits of the run. It allows
   * the call, denies it with a reason for the model, or gives other arguments, which the tool's schema checks. A denied
   * call has not started and has not failed (see `onToolFailure`); it counts as a step. An error that it throws fails the
   * call. @default every call runs
   */
  readonly approveToolCall?: ApproveToolCall;
  /** Tags of this call in the spans of `runTraceChannelName`. @default none */
  readonly telemetryTags?: Readonly<Record<string, string>>;
  readonly abortSignal?: AbortSignal;
  /** Called once, on success and on failure. An error that it throws is a warning. */
  readonly onMetrics?: (metrics: RunMetrics) => unknown;
}

export interface GenerateObjectInput<Output, Role extends string = string, Input = unknown>
  extends GenerateTextInput<Role>, RepairPolicy {
  /** The schema of the answer; the caller gets the parsed value. Usually a zod schema. */
  readonly schema: OutputSchema<Output, Input>;
}

/** A typed LLM runtime: the interface that a calling program depends on. `CodexKtxLlmRuntime` implements it. */
export interface LlmRuntime<Role extends string = string> {
  /**
   * The model's answer to a prompt.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for invalid input, before anything is started; `CodexError`
   * for a turn that failed or gave no answer; `BudgetError` when a budget was used up first; `ToolCallError` when a
   * tool call failed and the model did not recover (see `onToolFailure`); the signal's reason when the caller aborts.
   * The errors carry the text, usage and tool calls so far; `findRunEnd` gives the end that an error represents.
   */
  generateText(input: GenerateTextInput<Role>): Promise<string>;

  /** `generateText`, whose answer can be read while it is written. */
  streamText(input: GenerateTextInput<Role>): TextStream;

  /**
   * The model's answer to a prompt as a value of the schema: any zod schema whose input has a JSON form.
   *
   * @throws the errors of `generateText`; `UnsupportedOutputSchemaError`, before anything is started, for a schema
   * that cannot be sent; `OutputValidationError` for an answer that the schema refuses, also after
   * `repairAttempts` more turns.
   */
  generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output>;

  /**
   * `generateObject`, whose value can be read while it is written. An error, also of invalid input, rejects its
   * promises.
   */
  streamObject<Output, Input = Output>(
    input: GenerateObjectInput<Output, Role, Input>,
  ): ObjectStream<Output, DeepPartial<Input>>;

  /**
   * Runs the model with tools until it finishes, its steps are used up, or it fails.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for invalid input, before anything is started; the signal's
   * reason when the caller aborts; an error that `onStepFinish` throws. Every other end is a result.
   */
  runAgentLoop(input: AgentLoopInput<Role>): Promise<AgentLoopResult>;

  /**
   * Opens a thread, in which each turn continues the earlier ones. Starts nothing before its first turn.
   *
   * @throws {RuntimeInputError} `single-turns` where the transport starts each turn in a new thread, as `exec` and
   * an injected runner do; `ToolBridgeError` for tools that cannot be offered.
   */
  openThread(input: LlmThreadInput<Role>): LlmThread;

  /**
   * Goes on with a thread that was opened with `persist: true`, in this program or an earlier one. Starts nothing
   * before its first turn. That turn fails with `thread-unavailable` where no thread has the id, another thread object or
   * program has it open, or it was opened with tools of other names.
   *
   * @param id The `id` of the thread.
   * @throws {RuntimeInputError} `single-turns`, `threads-not-kept`; `ToolBridgeError` for tools that cannot be offered.
   */
  resumeThread(id: string, input: ResumeThreadInput<Role>): LlmThread;
}

/** The options of all turns of a thread. */
export interface LlmThreadInput<Role extends string = string> {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly role: Role | "default";
  /** Instructions for the model, which it reads before the first prompt. @default none */
  readonly system?: string;
  /** The tools that the model may call in each turn. @default none */
  readonly tools?: ToolSet;
  /** Observes each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  /** The conversation before the first turn: messages, and tool calls with their results. @default none */
  readonly history?: readonly HistoryItem[];
  /**
   * Keeps the thread on disk, for `resumeThread` and `fork`: its prompts, answers and tool results, in ktx's own folder
   * of the user's data, until it is deleted. @default false
   */
  readonly persist?: boolean;
  /**
   * Adds `response.call` and `response.completed` to the events of its turns: the calls, id and tokens of each response
   * of the model, before its tools have answered. @default false
   */
  readonly reportsResponses?: boolean;
}

/** The options of a thread that goes on; its system text is the one it was opened with. */
export type ResumeThreadInput<Role extends string = string> = Omit<
  LlmThreadInput<Role>,
  "system" | "history" | "persist" | "reportsResponses"
>;

/** An input without the fields of the thread. */
export type ThreadTextInput = Omit<GenerateTextInput, keyof LlmThreadInput>;
export type ThreadObjectInput<Output, Input = unknown> = Omit<
  GenerateObjectInput<Output, string, Input>,
  keyof LlmThreadInput
>;
export type ThreadLoopInput = Omit<
  AgentLoopInput,
  "modelRole" | "systemPrompt" | "toolSet" | "toolObserver"
>;

/**
 * A conversation: its turns run one after the other, and each continues the earlier ones. Budgets and time limits apply
 * to one turn. A failed turn is not retried, since another thread would lack the earlier turns. Codex itself reconnects,
 * in each turn as often as the `maxRetries` of the first turn allows. Dispose the thread at its end.
 *
 * Each method throws what the method of `LlmRuntime` of that name throws; and `RuntimeInputError`
 * `thread-is-running` while a turn runs, `thread-is-gone` if the thread takes no further turn.
 */
export interface LlmThread extends AsyncDisposable {
  /** Codex's id of the thread; undefined before its first turn. */
  readonly id: string | undefined;
  /** Tokens of its turns by this object, failed ones included. */
  readonly usage: TokenUsage;
  /** False once it is closed, once a turn lost its process, and once one with tools over MCP was stopped. */
  readonly isOpen: boolean;
  /** The model's answer to a prompt. */
  generateText(input: ThreadTextInput): Promise<string>;
  /** `generateText`, whose answer can be read while it is written. */
  streamText(input: ThreadTextInput): TextStream;
  /** The model's answer to a prompt as a value of the schema. A repair is one more turn of this thread. */
  generateObject<Output>(input: ThreadObjectInput<Output>): Promise<Output>;
  /** `generateObject`, whose value can be read while it is written. */
  streamObject<Output, Input = Output>(
    input: ThreadObjectInput<Output, Input>,
  ): ObjectStream<Output, DeepPartial<Input>>;
  /** Runs the model with the tools of the thread until it finishes, its steps are used up, or it fails. */
  runAgentLoop(input: ThreadLoopInput): Promise<AgentLoopResult>;
  /**
   * A thread of its own that knows all that was said in this one so far. This one goes on apart from it. Needs `persist`;
   * the fork is kept, too.
   *
   * @throws {RuntimeInputError} `threads-not-kept` for a thread that is only in memory.
   */
  fork(): LlmThread;
}
