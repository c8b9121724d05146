import type { TokenUsage } from "@ktx/codex-events";
import type { ToolSet } from "@ktx/mcp-bridge";
import {
  type AgentLoopInput,
  type AgentLoopResult,
  checkStepBudget,
  describeLoop,
  watchSteps,
} from "./agent-loop.ts";
import { OutputValidationError } from "./output-validation-error.ts";
import { resolveModel } from "./resolve-model.ts";
import type { RunMetrics } from "./run-metrics.ts";
import {
  type CodexRuntimeOptions,
  type ResolvedRuntimeOptions,
  resolveRuntimeOptions,
} from "./runtime-options.ts";
import { compileOutputSchema } from "./structured-output/compile-output-schema.ts";
import type { OutputSchema } from "./structured-output/output-schema.ts";
import { validateOutput } from "./structured-output/validate-output.ts";
import { buildPrompt } from "./turn/build-prompt.ts";
import { requireAnswer, rethrowCallers } from "./turn/require-answer.ts";
import { type BridgedTurn, runBridgedTurn } from "./turn/run-bridged-turn.ts";

export interface GenerateTextInput {
  /** Chooses the model slot. */
  readonly role: string;
  readonly prompt: string;
  /** Put before the prompt, with an empty line between. */
  readonly system?: string;
  /** What the model may call. @default none */
  readonly tools?: ToolSet;
  readonly abortSignal?: AbortSignal;
  /** Called once, on success and on failure. */
  readonly onMetrics?: (metrics: RunMetrics) => void;
}

export interface GenerateObjectInput<Output> extends GenerateTextInput {
  /** What the answer must be; the caller gets the parsed value. A zod schema, as a rule. */
  readonly schema: OutputSchema<Output>;
}

/** Codex as a typed LLM runtime: text, checked objects and agent loops with in-process tools. */
export class CodexKtxLlmRuntime {
  readonly #options: ResolvedRuntimeOptions;

  constructor(options: CodexRuntimeOptions) {
    this.#options = resolveRuntimeOptions(options);
  }

  /**
   * The model's answer to a prompt.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what can not be asked, before anything is
   * started; `CodexError` for a turn that failed or gave no answer; `ToolCallError` where a tool call
   * failed; the signal's reason when the caller aborts.
   */
  async generateText(input: GenerateTextInput): Promise<string> {
    const turn = this.#plan(input);
    return this.#measured(input, async (record) => {
      const run = await runBridgedTurn(this.#options, turn);
      record(run.summary.usage);
      return requireAnswer(run, turn.model);
    });
  }

  /**
   * The model's answer to a prompt as a value of the schema: any zod schema whose input JSON can express.
   *
   * @throws what `generateText` throws; `UnsupportedOutputSchemaError`, before anything is started, for a
   * schema that can not be asked for; `OutputValidationError` for an answer that the schema refuses.
   */
  async generateObject<Output>(input: GenerateObjectInput<Output>): Promise<Output> {
    const { jsonSchema } = compileOutputSchema(input.schema);
    const turn: BridgedTurn = { ...this.#plan(input), outputSchema: jsonSchema };
    return this.#measured(input, async (record) => {
      const run = await runBridgedTurn(this.#options, turn);
      record(run.summary.usage);
      const text = requireAnswer(run, turn.model);
      const answer = await validateOutput(input.schema, text);
      if (answer.ok) return answer.value;
      throw new OutputValidationError(answer.issues, text, run.summary.usage);
    });
  }

  /**
   * Runs the model with tools until it is done, its steps are used up, or it fails.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what can not be asked, before anything is
   * started; the signal's reason when the caller aborts; what `onStepFinish` throws. Every other end
   * is a result.
   */
  async runAgentLoop(input: AgentLoopInput): Promise<AgentLoopResult> {
    checkStepBudget(input.stepBudget);
    const startedAtMs = this.#options.now();
    const turn = this.#plan({
      role: input.modelRole,
      prompt: input.userPrompt,
      system: input.systemPrompt,
      tools: input.toolSet,
      ...(input.abortSignal && { abortSignal: input.abortSignal }),
    });
    const run = await runBridgedTurn(this.#options, { ...turn, onEvent: watchSteps(input) });
    rethrowCallers(run);
    return describeLoop(run, turn.model, this.#options.now() - startedAtMs);
  }

  #plan(input: GenerateTextInput): BridgedTurn {
    const { modelSlots, endpoint } = this.#options;
    return {
      model: resolveModel({ modelSlots, role: input.role, customEndpoint: endpoint !== undefined }),
      prompt: buildPrompt(input.prompt, input.system),
      toolSet: input.tools ?? {},
      ...(input.abortSignal && { signal: input.abortSignal }),
    };
  }

  async #measured<Result>(
    { onMetrics }: Pick<GenerateTextInput, "onMetrics">,
    work: (record: (usage: TokenUsage) => void) => Promise<Result>,
  ): Promise<Result> {
    const startedAtMs = this.#options.now();
    let usage: TokenUsage = {};
    try {
      return await work((turnUsage) => {
        usage = turnUsage;
      });
    } finally {
      onMetrics?.({ totalMs: this.#options.now() - startedAtMs, usage });
    }
  }
}
