import { findHistoryProblem } from "@ktx/app-server";
import type { TokenUsage } from "@ktx/codex-events";
import type { DeepPartial } from "@ktx/structured-output";
import type {
  LlmThread,
  LlmThreadInput,
  ThreadLoopInput,
  ThreadObjectInput,
  ThreadTextInput,
} from "./llm-runtime.ts";
import type { AgentLoopResult } from "./run/agent-loop.ts";
import { type Call, callForLoop, callForObject, callForText, streamedCall } from "./run/calls.ts";
import { threadsNotKept } from "./run/kept-threads.ts";
import { planTurn, type TurnRequest } from "./run/plan-turn.ts";
import { RunThread, type ThreadPlan } from "./run/run-thread.ts";
import { type ObjectStream, openObjectStream } from "./run/object-stream.ts";
import { openTextStream, type TextStream } from "./run/text-stream.ts";
import type { RuntimeScope } from "./run/runtime-scope.ts";
import type { ResolvedRuntimeOptions } from "./run/resolved-runtime-options.ts";
import { RuntimeInputError } from "./values/runtime-input-error.ts";

/** A thread of `CodexKtxLlmRuntime.openThread`. */
export class CodexThread implements LlmThread {
  readonly #options: ResolvedRuntimeOptions;
  readonly #role: string;
  readonly #plan: ThreadPlan;
  readonly #held: RunThread;
  readonly #scope: RuntimeScope;
  readonly #closing = new AbortController();
  readonly #owned: { readonly release: () => void };
  #running: Promise<unknown> | undefined;

  /**
   * @throws {RuntimeInputError} `single-turns` for a transport whose threads take one turn; `ToolBridgeError` for
   * tools that cannot be offered.
   */
  constructor(
    options: ResolvedRuntimeOptions,
    { role }: Pick<LlmThreadInput, "role">,
    plan: Omit<ThreadPlan, "turns">,
    scope: RuntimeScope,
  ) {
    if (options.transport.can.turns === "one")
      throw new RuntimeInputError(
        "single-turns",
        'Expected a transport whose threads take several turns. Set `transport` to "app-server" or leave it out; "exec" and an injected runner start each turn in a new thread.',
      );
    if (plan.kept !== undefined && options.transport.can.keepsThreads !== true)
      throw threadsNotKept();
    const problem = findHistoryProblem(plan.history ?? []);
    if (problem !== undefined) throw new RuntimeInputError("invalid-history", problem);
    this.#options = options;
    this.#scope = scope;
    this.#role = role;
    this.#plan = { ...plan, turns: "held" };
    this.#held = new RunThread(options, this.#plan);
    this.#owned = scope.own(this);
  }

  /** {@inheritDoc LlmThread.id} */
  get id(): string | undefined {
    return this.#held.id;
  }

  /** {@inheritDoc LlmThread.usage} */
  get usage(): TokenUsage {
    return this.#held.usage;
  }

  /** {@inheritDoc LlmThread.isOpen} */
  get isOpen(): boolean {
    return !this.#held.isGone && !this.#closing.signal.aborted;
  }

  /** {@inheritDoc LlmThread.generateText} */
  generateText(input: ThreadTextInput): Promise<string> {
    return this.#turn(input, (call) => callForText(this.#options, call));
  }

  /** {@inheritDoc LlmThread.streamText} */
  streamText(input: ThreadTextInput): TextStream {
    const run = streamedCall(this.#options, input, (streamed) =>
      this.#turn(streamed, (call) => callForText(this.#options, call)),
    );
    return openTextStream(input.abortSignal, run);
  }

  /** {@inheritDoc LlmThread.generateObject} */
  generateObject<Output>(input: ThreadObjectInput<Output>): Promise<Output> {
    return this.#turn(input, (call) => callForObject(this.#options, call, input));
  }

  /** {@inheritDoc LlmThread.streamObject} */
  streamObject<Output, Input = Output>(
    input: ThreadObjectInput<Output, Input>,
  ): ObjectStream<Output, DeepPartial<Input>> {
    const run = streamedCall(this.#options, input, (streamed) =>
      this.#turn(streamed, (call) => callForObject(this.#options, call, input)),
    );
    return openObjectStream(input.schema, input.abortSignal, run);
  }

  /** {@inheritDoc LlmThread.runAgentLoop} */
  runAgentLoop(input: ThreadLoopInput): Promise<AgentLoopResult> {
    const { userPrompt: prompt, ...rest } = input;
    return this.#turn({ ...rest, prompt }, (call) => callForLoop(this.#options, call, input));
  }

  /** {@inheritDoc LlmThread.fork} */
  fork(): LlmThread {
    const { copy: kept } = this.#held;
    if (kept === undefined)
      throw new RuntimeInputError(
        "threads-not-kept",
        "Expected a thread on disk, and this one is only in memory. Open it with `persist: true` to fork it later.",
      );
    return new CodexThread(
      this.#options,
      { role: this.#role },
      { ...this.#plan, kept },
      this.#scope,
    );
  }

  /** Ends a turn that still runs, then the thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#owned.release();
    this.#closing.abort(new DOMException("The thread was closed.", "AbortError"));
    await this.#running;
    await this.#held[Symbol.asyncDispose]();
  }

  async #turn<Result>(input: TurnRequest, run: (call: Call) => Promise<Result>): Promise<Result> {
    this.#checkFree();
    const { signal: closing } = this.#closing;
    const abortSignal = input.abortSignal ? AbortSignal.any([input.abortSignal, closing]) : closing;
    const request = { ...input, role: this.#role, abortSignal };
    const thread = { thread: this.#plan, held: this.#held };
    const turn = planTurn(this.#options, thread, request).then((plan) =>
      run({ input: request, plan }),
    );
    this.#running = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#running = undefined;
    }
  }

  #checkFree(): void {
    if (this.#running !== undefined)
      throw new RuntimeInputError(
        "thread-is-running",
        "A turn of this thread is still running, and a thread takes one turn at a time. Await it first, or open another thread.",
      );
    if (!this.isOpen)
      throw new RuntimeInputError(
        "thread-is-gone",
        "This thread takes no further turns: it was closed, or its last turn was stopped or lost its process. Open another thread; it does not know what was said in this one.",
      );
  }
}
