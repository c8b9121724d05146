import type { AccountLimits } from "@ktx/codex-events";
import type { ToolSet } from "@ktx/mcp-bridge";
import type { DeepPartial } from "@ktx/structured-output";
import { CodexThread } from "./codex-thread.ts";
import { type IsolationReport, readIsolationReport } from "@ktx/codex-home";
import type {
  GenerateObjectInput,
  GenerateTextInput,
  LlmRuntime,
  LlmThread,
  LlmThreadInput,
  ResumeThreadInput,
} from "./llm-runtime.ts";
import type { ReadReportInput } from "@ktx/rate-limits";
import type { AgentLoopInput, AgentLoopResult } from "./run/agent-loop.ts";
import { type Call, callForLoop, callForObject, callForText, streamedCall } from "./run/calls.ts";
import { planTurn } from "./run/plan-turn.ts";
import type { ThreadPlan } from "./run/run-thread.ts";
import { openThreadStore, type ThreadStore } from "./run/kept-threads.ts";
import { type ObjectStream, openObjectStream } from "./run/object-stream.ts";
import { openTextStream, type TextStream } from "./run/text-stream.ts";
import { readLimits } from "./run/read-limits.ts";
import { RuntimeScope } from "./run/runtime-scope.ts";
import type { ResolvedRuntimeOptions } from "./run/resolved-runtime-options.ts";
import { type CodexRuntimeOptions, resolveRuntimeOptions } from "./runtime-options.ts";
import { codexToolNames } from "@ktx/codex-tools";
import { describeMistypedRole } from "./values/resolve-role.ts";
import { resolveModel } from "./values/resolve-model.ts";

/**
 * Codex as a typed LLM runtime: text, checked objects and agent loops with in-process tools.
 *
 * `Role` is the type of the roles that its methods take: the names of the model slots, so that a mistyped role is a
 * type error. To allow further roles, which run on the default model, give them undefined for a model or name them
 * all: `new CodexKtxLlmRuntime<"triage" | "extract">(…)`.
 */
export class CodexKtxLlmRuntime<Role extends string = string>
  implements LlmRuntime<Role>, AsyncDisposable
{
  readonly #warnedRoles = new Set<string>();
  readonly #options: ResolvedRuntimeOptions;
  readonly #scope = new RuntimeScope();

  /** @throws {RuntimeInputError} for an option that cannot be used. */
  constructor(options: CodexRuntimeOptions<Role>) {
    this.#options = resolveRuntimeOptions(options);
  }

  /** {@inheritDoc LlmRuntime.generateText} */
  async generateText(input: GenerateTextInput<Role>): Promise<string> {
    return this.#call(input, (call) => callForText(this.#options, call));
  }

  /** {@inheritDoc LlmRuntime.streamText} */
  streamText(input: GenerateTextInput<Role>): TextStream {
    const run = streamedCall(this.#options, input, (streamed) =>
      this.#call(streamed, (call) => callForText(this.#options, call)),
    );
    return openTextStream(input.abortSignal, run);
  }

  /** {@inheritDoc LlmRuntime.generateObject} */
  async generateObject<Output>(input: GenerateObjectInput<Output, Role>): Promise<Output> {
    return this.#call(input, (call) => callForObject(this.#options, call, input));
  }

  /** {@inheritDoc LlmRuntime.streamObject} */
  streamObject<Output, Input = Output>(
    input: GenerateObjectInput<Output, Role, Input>,
  ): ObjectStream<Output, DeepPartial<Input>> {
    const run = streamedCall(this.#options, input, (streamed) =>
      this.#call(streamed, (call) => callForObject(this.#options, call, input)),
    );
    return openObjectStream(input.schema, input.abortSignal, run);
  }

  /** {@inheritDoc LlmRuntime.runAgentLoop} */
  async runAgentLoop(input: AgentLoopInput<Role>): Promise<AgentLoopResult> {
    const { modelRole, userPrompt, systemPrompt, toolSet, ...rest } = input;
    const asked = {
      ...rest,
      role: modelRole,
      prompt: userPrompt,
      system: systemPrompt,
      tools: toolSet,
    };
    return this.#call(asked, (call) => callForLoop(this.#options, call, input));
  }

  /** {@inheritDoc LlmRuntime.openThread} */
  openThread(input: LlmThreadInput<Role>): LlmThread {
    const { history, persist = false, reportsResponses = false } = input;
    const plan = {
      ...this.#planThread(input),
      ...(history !== undefined && history.length > 0 && { history }),
      reportsResponses,
      ...(persist && { kept: { from: "new" } as const }),
    };
    return new CodexThread(this.#options, input, plan, this.#scope);
  }

  /** {@inheritDoc LlmRuntime.resumeThread} */
  resumeThread(id: string, input: ResumeThreadInput<Role>): LlmThread {
    const kept = { from: "resume", threadId: id } as const;
    return new CodexThread(this.#options, input, { ...this.#planThread(input), kept }, this.#scope);
  }

  /**
   * The threads on disk of this runtime's sign-in.
   *
   * @throws {RuntimeInputError} `threads-not-kept`.
   */
  get threads(): ThreadStore {
    return openThreadStore(this.#options, this.#scope);
  }

  /**
   * Starts what the first call would wait for: the warm app-server. Does nothing on exec. A failure is not reported
   * here: the first call meets it again.
   */
  async warm({ abortSignal }: { readonly abortSignal?: AbortSignal } = {}): Promise<void> {
    await this.#scope
      .run(abortSignal, (signal) => this.#options.transport.warm?.(signal) ?? Promise.resolve())
      .catch(() => {});
  }

  /**
   * Stops the calls that run, ends the open threads, and ends the warm app-server where no other runtime uses it.
   * A program that never disposes its runtimes exits.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
    if (this.#options.ownsTransport) await this.#options.transport[Symbol.asyncDispose]();
  }

  /**
   * Reports the tools and texts that a run of this runtime shows to the model, the user's files that Codex reads, and
   * the hosts that it contacts. Starts and changes nothing.
   *
   * @throws {ToolBridgeError} for tools that cannot be offered.
   */
  async describeIsolation(input: { readonly toolSet?: ToolSet } = {}): Promise<IsolationReport> {
    const { isolation: scene } = this.#options;
    return readIsolationReport(scene, codexToolNames(input.toolSet ?? {}, scene?.toolTransport));
  }

  /**
   * The use of the account's limits, without spending a turn: as a run reported them within `maxAgeMs`, else as the
   * account answers. Undefined where it does not: for an API key, a custom endpoint, a runner or transport of the
   * caller's; then the last known ones, if any. Codex gives whole percents (0.163.0).
   *
   * @throws {CodexError} where the account cannot be asked; the errors of a start of Codex; `abortSignal`'s reason.
   */
  async limits(input: ReadReportInput = {}): Promise<AccountLimits | undefined> {
    return this.#scope.run(input.abortSignal, (abortSignal) =>
      readLimits(this.#options, { ...input, abortSignal }),
    );
  }

  /** Makes a call, which ends with the runtime. */
  #call<Result>(input: GenerateTextInput, make: (call: Call) => Promise<Result>): Promise<Result> {
    return this.#scope.run(input.abortSignal, async (abortSignal) =>
      make(await this.#plan({ ...input, abortSignal })),
    );
  }

  /** Warns once for each role. */
  #warnOfRole(role: string): void {
    if (this.#warnedRoles.has(role)) return;
    const warning = describeMistypedRole(role, this.#options.modelSlots);
    if (warning === undefined) return;
    this.#warnedRoles.add(role);
    this.#options.warn(warning);
  }

  async #plan(input: GenerateTextInput): Promise<Call> {
    const thread: ThreadPlan = { ...this.#planThread(input), turns: "one" };
    return { input, plan: await planTurn(this.#options, { thread }, input) };
  }

  #planThread({
    role,
    system,
    tools = {},
    toolObserver,
  }: LlmThreadInput): Omit<ThreadPlan, "turns"> {
    const { modelSlots, endpoint } = this.#options;
    const model = resolveModel({ modelSlots, role, customEndpoint: endpoint !== undefined });
    this.#warnOfRole(role);
    return {
      model,
      ...(system && { instructions: system }),
      toolSet: tools,
      ...(toolObserver && { toolObserver }),
    };
  }
}
