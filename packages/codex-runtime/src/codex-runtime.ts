import type { ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import { compileOutputSchema, type OutputSchema } from "@ktx/structured-output";
import { type AgentLoopEnded, publishAgentLoop } from "./agent-loop-channel.ts";
import { type AgentLoopInput, type AgentLoopResult, describeLoop } from "./agent-loop.ts";
import { callBack } from "./call-back.ts";
import { checkBudgets, type RunBudgets } from "./bounds/run-budgets.ts";
import { resolveRunPolicy, type RunPolicy } from "./bounds/run-policy.ts";
import { generateObject } from "./generate-object.ts";
import type { IsolationReport } from "./isolation/isolation-report.ts";
import { readIsolationReport } from "./isolation/read-isolation-report.ts";
import { type RepairPolicy, resolveRepairAttempts } from "./repair/repair-policy.ts";
import { describeMistypedRole } from "./resolve-role.ts";
import { resolveModel } from "./resolve-model.ts";
import { type PlannedRun, runAttempts } from "./retry/run-attempts.ts";
import { countRun, type MeasuredRun, type RunMetrics } from "./run-metrics.ts";
import {
  type CodexRuntimeOptions,
  type ResolvedRuntimeOptions,
  resolveRuntimeOptions,
} from "./runtime-options.ts";
import { redactValue } from "./secrets/redact-value.ts";
import { type Redact, Redactor } from "./secrets/redactor.ts";
import { codexToolNames } from "./tools/codex-tool-name.ts";
import { buildPrompt } from "./turn/build-prompt.ts";
import { requireAnswer, rethrowCallers } from "./turn/require-answer.ts";

export interface GenerateTextInput<Role extends string = string> extends RunBudgets, RunPolicy {
  /** Chooses the model slot; a role without one runs on the default model. */
  readonly role: Role | "default";
  readonly prompt: string;
  /** Put before the prompt, with an empty line between. */
  readonly system?: string;
  /** What the model may call. @default none */
  readonly tools?: ToolSet;
  /** Told of each tool call as it happens, with durations and sizes. */
  readonly toolObserver?: ToolObserver;
  readonly abortSignal?: AbortSignal;
  /** Called once, on success and on failure. What it throws is a warning. */
  readonly onMetrics?: (metrics: RunMetrics) => unknown;
}

export interface GenerateObjectInput<Output, Role extends string = string>
  extends GenerateTextInput<Role>, RepairPolicy {
  /** What the answer must be; the caller gets the parsed value. A zod schema, as a rule. */
  readonly schema: OutputSchema<Output>;
}

/**
 * Codex as a typed LLM runtime: text, checked objects and agent loops with in-process tools.
 *
 * `Role` is what its methods take as roles: the names of the model slots, so that a mistyped one is a type
 * error. To name further roles, which run on the default model, give them undefined for a model or name them
 * all: `new CodexKtxLlmRuntime<"triage" | "extract">(…)`.
 */
export class CodexKtxLlmRuntime<Role extends string = string> {
  readonly #warnedRoles = new Set<string>();
  readonly #options: ResolvedRuntimeOptions;

  constructor(options: CodexRuntimeOptions<Role>) {
    this.#options = resolveRuntimeOptions(options);
  }

  /**
   * The model's answer to a prompt.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what can not be asked, before anything is
   * started; `CodexError` for a turn that failed or gave no answer; `BudgetError` where a budget was
   * used up first; `ToolCallError` where a tool call failed and
   * the model did not recover from it (see `onToolFailure`); the signal's reason when the caller
   * aborts. The errors carry what there was of text, usage and tool calls.
   */
  generateText(input: GenerateTextInput<Role>): Promise<string> {
    return this.#guarded(input, () => this.#generateText(input));
  }

  async #generateText(input: GenerateTextInput<Role>): Promise<string> {
    const planned = this.#plan(input);
    return this.#measured(input, async (record) => {
      const run = await runAttempts(this.#options, planned);
      record(run);
      return requireAnswer(run, planned);
    });
  }

  /**
   * The model's answer to a prompt as a value of the schema: any zod schema whose input JSON can express.
   *
   * @throws what `generateText` throws; `UnsupportedOutputSchemaError`, before anything is started, for a
   * schema that can not be asked for; `OutputValidationError` for an answer that the schema refuses, also
   * after `repairAttempts` more turns.
   */
  generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output> {
    return this.#guarded(input, () => this.#generateObject(input));
  }

  async #generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output> {
    const { schema } = input;
    const { jsonSchema } = compileOutputSchema(schema);
    const planned: PlannedRun = { ...this.#plan(input), outputSchema: jsonSchema };
    const repairAttempts = resolveRepairAttempts(input, this.#options.repairAttempts);
    return this.#measured(input, (record) =>
      generateObject(this.#options, { planned, schema, repairAttempts }, record),
    );
  }

  /**
   * Runs the model with tools until it is done, its steps are used up, or it fails.
   *
   * @throws {RuntimeInputError} and `ToolBridgeError` for what can not be asked, before anything is
   * started; the signal's reason when the caller aborts; what `onStepFinish` throws. Every other end
   * is a result.
   */
  runAgentLoop(input: AgentLoopInput<Role>): Promise<AgentLoopResult> {
    return this.#guarded(input, async (redact) => {
      const { text, ...result } = await this.#runAgentLoop(input, redact);
      return { ...redactValue(result, redact), ...(text !== undefined && { text }) };
    });
  }

  async #runAgentLoop(input: AgentLoopInput, redact: Redact): Promise<AgentLoopResult> {
    const startedAtMs = this.#options.clock.monotonicNow();
    const { modelRole, userPrompt, systemPrompt, toolSet, onStepFinish, ...bounds } = input;
    const { stepBudget } = bounds;
    const planned: PlannedRun = {
      ...this.#plan({
        ...bounds,
        role: modelRole,
        prompt: userPrompt,
        system: systemPrompt,
        tools: toolSet,
      }),
      answerDue: false,
      ...(onStepFinish && { onStep: (stepIndex) => onStepFinish({ stepIndex, stepBudget }) }),
    };
    const run = await runAttempts(this.#options, planned);
    rethrowCallers(run, planned);
    const result = describeLoop(run, planned, this.#options.clock.monotonicNow() - startedAtMs);
    const { stopReason, budget, metrics } = result;
    const ended: AgentLoopEnded = {
      role: modelRole,
      model: planned.model,
      telemetryTags: input.telemetryTags ?? {},
      stopReason,
      ...(budget && { budget }),
      metrics,
    };
    publishAgentLoop(redactValue(ended, redact));
    return result;
  }

  /**
   * What a run of this runtime shows to the model beside the caller's text, which files of the user's
   * Codex reads, and which hosts it contacts. Starts and changes nothing.
   *
   * @throws {ToolBridgeError} for tools that can not be offered.
   */
  async describeIsolation(input: { readonly toolSet?: ToolSet } = {}): Promise<IsolationReport> {
    return readIsolationReport(this.#options.isolation, codexToolNames(input.toolSet ?? {}));
  }

  #plan(input: GenerateTextInput): PlannedRun {
    const { modelSlots, endpoint, policy } = this.#options;
    this.#warnOfRole(input.role);
    return {
      model: resolveModel({ modelSlots, role: input.role, customEndpoint: endpoint !== undefined }),
      prompt: buildPrompt(input.prompt, input.system),
      toolSet: input.tools ?? {},
      ...(input.toolObserver && { toolObserver: input.toolObserver }),
      budgets: checkBudgets(input),
      policy: resolveRunPolicy(input, policy),
      answerDue: true,
      ...(input.abortSignal && { signal: input.abortSignal }),
    };
  }

  /** Once for each role. */
  #warnOfRole(role: string): void {
    if (this.#warnedRoles.has(role)) return;
    const warning = describeMistypedRole(role, this.#options.modelSlots);
    if (warning === undefined) return;
    this.#warnedRoles.add(role);
    this.#options.warn(warning);
  }

  /** What a call throws comes without secrets. The caller's own reason for an abort is passed on as it is. */
  async #guarded<Result>(
    { abortSignal }: Pick<GenerateTextInput, "abortSignal">,
    work: (redact: Redact) => Promise<Result>,
  ): Promise<Result> {
    const { redact } = new Redactor(this.#options.findSecrets());
    try {
      return await work(redact);
    } catch (error) {
      const isCallers = abortSignal?.aborted === true && error === abortSignal.reason;
      throw isCallers ? error : redactValue(error, redact);
    }
  }

  async #measured<Result>(
    { onMetrics }: Pick<GenerateTextInput, "onMetrics">,
    work: (record: (run: MeasuredRun) => void) => Promise<Result>,
  ): Promise<Result> {
    const startedAtMs = this.#options.clock.monotonicNow();
    let counted: Omit<RunMetrics, "totalMs"> = { usage: {} };
    try {
      return await work((run) => {
        counted = countRun(run);
      });
    } finally {
      const totalMs = this.#options.clock.monotonicNow() - startedAtMs;
      const metrics = { totalMs, ...counted };
      callBack("onMetrics", () => onMetrics?.(metrics), this.#options.warn);
    }
  }
}
