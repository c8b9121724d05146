import type { ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { OutputSchema } from "@ktx/structured-output";
import type { AgentLoopInput, AgentLoopResult } from "./run/agent-loop.ts";
import type { TextPart } from "./run/answer-text.ts";
import type { RepairPolicy } from "./run/repair-policy.ts";
import type { RunPolicy } from "./run/run-policy.ts";
import type { TextStream } from "./run/text-stream.ts";
import type { RunBudgets } from "./values/budgets.ts";
import type { RunMetrics } from "./values/run-metrics.ts";

export interface GenerateTextInput<Role extends string = string> extends RunBudgets, RunPolicy {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly role: Role | "default";
  readonly prompt: string;
  /** Instructions for the model, which it reads before the prompt. @default none */
  readonly system?: string;
  /** What the model may call. @default none */
  readonly tools?: ToolSet;
  /** Hears of each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  /** Names for this call in whatever subscribes to `runTraceChannelName`. @default none */
  readonly telemetryTags?: Readonly<Record<string, string>>;
  readonly abortSignal?: AbortSignal;
  /**
   * Called with the answer as the model writes it, piece by piece. A `reset` takes back what came before it.
   * On exec each message is one piece. What it throws is a warning.
   */
  readonly onTextDelta?: (part: TextPart) => unknown;
  /** Called once, on success and on failure. What it throws is a warning. */
  readonly onMetrics?: (metrics: RunMetrics) => unknown;
}

export interface GenerateObjectInput<Output, Role extends string = string>
  extends GenerateTextInput<Role>, RepairPolicy {
  /** What the answer must be; the caller gets the parsed value. A zod schema, as a rule. */
  readonly schema: OutputSchema<Output>;
}

/** A typed LLM runtime: what a program depends on that calls one. `CodexKtxLlmRuntime` is one. */
export interface LlmRuntime<Role extends string = string> {
  /**
   * The model's answer to a prompt.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what cannot be asked, before anything is
   * started; `CodexError` for a turn that failed or gave no answer; `BudgetError` where a budget was
   * used up first; `ToolCallError` where a tool call failed and the model did not recover from it (see
   * `onToolFailure`); the signal's reason when the caller aborts. The errors carry what there was of text,
   * usage and tool calls; `findRunEnd` gives the end that an error stands for.
   */
  generateText(input: GenerateTextInput<Role>): Promise<string>;

  /** `generateText`, whose answer can be read while it is written. */
  streamText(input: GenerateTextInput<Role>): TextStream;

  /**
   * The model's answer to a prompt as a value of the schema: any zod schema whose input JSON can express.
   *
   * @throws what `generateText` throws; `UnsupportedOutputSchemaError`, before anything is started, for a
   * schema that cannot be asked for; `OutputValidationError` for an answer that the schema refuses, also
   * after `repairAttempts` more turns.
   */
  generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output>;

  /**
   * Runs the model with tools until it is done, its steps are used up, or it fails.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what cannot be asked, before anything is
   * started; the signal's reason when the caller aborts; what `onStepFinish` throws. Every other end
   * is a result.
   */
  runAgentLoop(input: AgentLoopInput<Role>): Promise<AgentLoopResult>;
}
