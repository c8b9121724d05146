import type { ThreadEvent } from "@ktx/codex-events";
import type { ToolSet } from "@ktx/mcp-bridge";
import { compileOutputSchema } from "@ktx/structured-output";
import { type IsolationReport, readIsolationReport } from "@ktx/codex-home";
import type { GenerateObjectInput, GenerateTextInput, LlmRuntime } from "./llm-runtime.ts";
import { AnswerText } from "./run/answer-text.ts";
import { type AgentLoopInput, type AgentLoopResult, describeLoop } from "./run/agent-loop.ts";
import type { CallPlan } from "./run/call-plan.ts";
import { checkPrompt } from "./run/check-prompt.ts";
import { decideRunEnd, requireAnswer } from "./run/decide-run-end.ts";
import { generateObject } from "./run/generate-object.ts";
import { measureCall } from "./run/measure-call.ts";
import { resolveRepairAttempts } from "./run/repair-policy.ts";
import { runAttempts } from "./run/run-attempts.ts";
import { resolveRunPolicy } from "./run/run-policy.ts";
import {
  type CodexRuntimeOptions,
  type ResolvedRuntimeOptions,
  resolveRuntimeOptions,
} from "./runtime-options.ts";
import { codexToolNames } from "./transport/tools/codex-tool-name.ts";
import { redactValue } from "@ktx/redact";
import { openTextStream, type TextStream } from "./run/text-stream.ts";
import { callBack } from "./values/call-back.ts";
import { checkBudgets } from "./values/budgets.ts";
import { describeMistypedRole } from "./values/resolve-role.ts";
import { resolveModel } from "./values/resolve-model.ts";

/**
 * Codex as a typed LLM runtime: text, checked objects and agent loops with in-process tools.
 *
 * `Role` is the type of the roles that its methods take: the names of the model slots, so that a mistyped role is a
 * type error. To allow further roles, which run on the default model, give them undefined for a model or name them
 * all: `new CodexKtxLlmRuntime<"triage" | "extract">(…)`.
 */
export class CodexKtxLlmRuntime<Role extends string = string> implements LlmRuntime<Role> {
  readonly #warnedRoles = new Set<string>();
  readonly #options: ResolvedRuntimeOptions;

  /** @throws {RuntimeInputError} for an option that cannot be used. */
  constructor(options: CodexRuntimeOptions<Role>) {
    this.#options = resolveRuntimeOptions(options);
  }

  /** {@inheritDoc LlmRuntime.generateText} */
  generateText(input: GenerateTextInput<Role>): Promise<string> {
    return this.#generateText(input);
  }

  /** {@inheritDoc LlmRuntime.streamText} */
  streamText(input: GenerateTextInput<Role>): TextStream {
    const { warn } = this.#options;
    return openTextStream(input.abortSignal, ({ onEvent, onTextDelta, onMetrics, abortSignal }) =>
      this.#generateText(
        {
          ...input,
          abortSignal,
          onTextDelta: (part) => {
            onTextDelta(part);
            callBack("onTextDelta", () => input.onTextDelta?.(part), warn);
          },
          onMetrics: (metrics) => {
            onMetrics(metrics);
            callBack("onMetrics", () => input.onMetrics?.(metrics), warn);
          },
        },
        onEvent,
      ),
    );
  }

  async #generateText(
    input: GenerateTextInput<Role>,
    onEvent?: (event: ThreadEvent) => void,
  ): Promise<string> {
    const { policy, ...planned } = this.#plan(input);
    const plan: CallPlan = { ...planned, policy: { ...policy, ...(onEvent && { onEvent }) } };
    return measureCall(this.#options, { method: "generateText", input, plan }, async (record) => {
      await using call = await runAttempts(this.#options, plan);
      record(call.run);
      return requireAnswer(call.run, askedOf(plan));
    });
  }

  /** {@inheritDoc LlmRuntime.generateObject} */
  async generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output> {
    const { schema } = input;
    const { jsonSchema } = compileOutputSchema(schema);
    const repairAttempts = resolveRepairAttempts(input, this.#options.repairAttempts);
    const { thread, turn, policy } = this.#plan(input);
    const plan: CallPlan = {
      // A thread without a second turn need not be kept.
      thread: { ...thread, turns: repairAttempts > 0 ? "many" : "one" },
      turn: { ...turn, outputSchema: jsonSchema },
      policy,
    };
    return measureCall(this.#options, { method: "generateObject", input, plan }, (record) =>
      generateObject(this.#options, { call: plan, schema, repairAttempts }, record),
    );
  }

  /** {@inheritDoc LlmRuntime.runAgentLoop} */
  async runAgentLoop(input: AgentLoopInput<Role>): Promise<AgentLoopResult> {
    const { clock } = this.#options;
    const startedAtMs = clock.monotonicNow();
    const { modelRole, userPrompt, systemPrompt, toolSet, onStepFinish, ...rest } = input;
    const { stepBudget } = rest;
    const asked: GenerateTextInput = {
      ...rest,
      role: modelRole,
      prompt: userPrompt,
      system: systemPrompt,
      tools: toolSet,
    };
    const { policy, ...planned } = this.#plan(asked);
    const plan: CallPlan = {
      ...planned,
      policy: {
        ...policy,
        answerDue: false,
        ...(onStepFinish && { onStep: (stepIndex) => onStepFinish({ stepIndex, stepBudget }) }),
      },
    };
    const described = { method: "runAgentLoop", input: asked, plan } as const;
    return measureCall(this.#options, described, async (record, redact) => {
      await using call = await runAttempts(this.#options, plan);
      const end = decideRunEnd(call.run, askedOf(plan));
      record(call.run, end);
      if (end.type === "aborted") throw end.reason;
      const totalMs = clock.monotonicNow() - startedAtMs;
      const { text, ...result } = describeLoop(call.run, end, totalMs);
      return { ...redactValue(result, redact), ...(text !== undefined && { text }) };
    });
  }

  /**
   * Reports the tools and texts that a run of this runtime shows to the model, the user's files that Codex reads, and
   * the hosts that it contacts. Starts and changes nothing.
   *
   * @throws {ToolBridgeError} for tools that cannot be offered.
   */
  async describeIsolation(input: { readonly toolSet?: ToolSet } = {}): Promise<IsolationReport> {
    return readIsolationReport(this.#options.isolation, codexToolNames(input.toolSet ?? {}));
  }

  /** Warns once for each role. */
  #warnOfRole(role: string): void {
    if (this.#warnedRoles.has(role)) return;
    const warning = describeMistypedRole(role, this.#options.modelSlots);
    if (warning === undefined) return;
    this.#warnedRoles.add(role);
    this.#options.warn(warning);
  }

  #plan(input: GenerateTextInput): CallPlan {
    const { modelSlots, endpoint, policy } = this.#options;
    const { role, prompt, system, tools = {}, toolObserver, abortSignal, onTextDelta } = input;
    this.#warnOfRole(role);
    checkPrompt(prompt, system);
    return {
      thread: {
        model: resolveModel({ modelSlots, role, customEndpoint: endpoint !== undefined }),
        ...(system && { instructions: system }),
        toolSet: tools,
        ...(toolObserver && { toolObserver }),
        turns: "one",
      },
      turn: { prompt },
      policy: {
        limits: resolveRunPolicy(input, policy),
        budgets: checkBudgets(input),
        answerDue: true,
        ...(abortSignal && { signal: abortSignal }),
        ...(onTextDelta && {
          answerText: new AnswerText((part) =>
            callBack("onTextDelta", () => onTextDelta(part), this.#options.warn),
          ),
        }),
      },
    };
  }
}

function askedOf({ thread, policy }: CallPlan): Parameters<typeof decideRunEnd>[1] {
  return { model: thread.model, policy };
}
