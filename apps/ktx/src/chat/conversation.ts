import {
  codexToolNames,
  findRunEnd,
  type HistoryItem,
  type LlmThread,
  type RunCallbacks,
  type RunMetrics,
  type TextStreamEvent,
} from "@ktx/codex-runtime";
import type { AdviceScene } from "../advice/next-step.ts";
import type { PreparedRun } from "../agent/prepare-run.ts";
import { toolCallOf } from "./tool-call-of.ts";

/** The end of one turn of a chat. */
export interface ChatTurn {
  readonly isInterrupted: boolean;
  /** The answer; absent for an interrupted turn. */
  readonly text?: string;
  readonly metrics: RunMetrics | undefined;
}

export interface ConversationInput {
  /** Prepares the runs of a model; without one, of the chat's own. */
  readonly prepare: (model: string | undefined) => Promise<PreparedRun>;
  readonly system: string | undefined;
  /** True for a conversation that stays on disk. */
  readonly keep: boolean;
  /** The id of the conversation to go on with. */
  readonly resume: string | undefined;
}

/** A conversation that outlives its threads: a thread that is gone, and another model, go on with what was said. */
export class Conversation implements AsyncDisposable {
  readonly #input: ConversationInput;
  #run: PreparedRun;
  #thread: LlmThread;
  /** Of a conversation on disk, once it is there. */
  #id: string | undefined;
  readonly #said: HistoryItem[] = [];

  private constructor(input: ConversationInput, run: PreparedRun) {
    this.#input = input;
    this.#run = run;
    this.#id = input.resume;
    this.#thread = this.#open();
  }

  static async open(input: ConversationInput): Promise<Conversation> {
    return new Conversation(input, await input.prepare(undefined));
  }

  /** The account, for the advice after a failure. */
  get scene(): AdviceScene {
    return this.#run.scene;
  }

  /** The URL that Codex connects to. */
  serviceUrl(): Promise<string> {
    return this.#run.serviceUrl();
  }

  get model(): string {
    return this.#run.model;
  }

  /** True for one that stays on disk. */
  get isKept(): boolean {
    return this.#input.keep && this.#run.keepsThreads;
  }

  /** The id with which it can be resumed, once there is anything on disk. */
  get id(): string | undefined {
    return this.#id;
  }

  get toolNames(): readonly string[] {
    return codexToolNames(this.#run.toolSet);
  }

  /** Starts Codex while the user still types. The first turn meets a failure again. */
  warm(abortSignal: AbortSignal): void {
    const { runtime } = this.#run;
    const started = this.isKept ? runtime.threads.list({ abortSignal }) : runtime.warm();
    started.catch(() => {});
  }

  /** The earlier messages of a resumed conversation. @throws {CodexError} for an unknown id. */
  async readMessages(
    signal: AbortSignal,
  ): ReturnType<PreparedRun["runtime"]["threads"]["messages"]> {
    if (this.#input.resume === undefined) return [];
    const { threads } = this.#run.runtime;
    return threads.messages(this.#input.resume, { abortSignal: signal });
  }

  /** @throws the errors of `LlmThread.streamText`, except for the reason of the signal. */
  async ask(
    prompt: string,
    signal: AbortSignal,
    take: (event: TextStreamEvent) => void,
    { onUsage, onRetry }: Pick<RunCallbacks, "onUsage" | "onRetry"> = {},
  ): Promise<ChatTurn> {
    if (!this.#thread.isOpen) await this.#renew();
    let metrics: RunMetrics | undefined;
    this.#said.push({ type: "message", role: "user", text: prompt });
    const stream = this.#thread.streamText({
      prompt,
      ...this.#run.bounds,
      ...this.#run.approval,
      ...(onUsage && { onUsage }),
      ...(onRetry && { onRetry }),
      abortSignal: signal,
      onMetrics: (told) => (metrics = told),
    });
    try {
      for await (const event of stream.events) {
        this.#note(event);
        take(event);
      }
      return { isInterrupted: false, text: await stream.text, metrics };
    } catch (error) {
      if (!signal.aborted || findRunEnd(error) !== undefined) throw error;
      return { isInterrupted: true, metrics };
    } finally {
      if (this.isKept) this.#id ??= this.#thread.id;
    }
  }

  /** Goes on with another model. @throws the errors of `prepare`; the conversation then keeps its model. */
  async useModel(model: string): Promise<void> {
    const run = await this.#input.prepare(model);
    const earlier = this.#run;
    await this.#thread[Symbol.asyncDispose]();
    this.#run = run;
    this.#thread = this.#open();
    await endRun(earlier);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
    await endRun(this.#run);
  }

  async #renew(): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
    this.#thread = this.#open();
  }

  #open(): LlmThread {
    const { runtime, role, toolSet: tools, toolObserver } = this.#run;
    if (this.#id !== undefined)
      return runtime.resumeThread(this.#id, { role, tools, toolObserver });
    const { system } = this.#input;
    return runtime.openThread({
      role,
      ...(system !== undefined && { system }),
      tools,
      toolObserver,
      history: [...this.#said],
      persist: this.isKept,
    });
  }

  #note(told: TextStreamEvent): void {
    if (told.type !== "event" || told.event.type !== "item.completed") return;
    const { item } = told.event;
    if (item.type === "agent_message" && item.text.trim() !== "")
      this.#said.push({ type: "message", role: "assistant", text: item.text });
    const call = toolCallOf(item);
    if (call !== undefined) this.#said.push(call);
  }
}

async function endRun(run: PreparedRun): Promise<void> {
  await run[Symbol.asyncDispose]();
  await run.runtime[Symbol.asyncDispose]();
}
