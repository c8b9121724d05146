import {
  codexToolNames,
  findRunEnd,
  type LlmThread,
  type RunMetrics,
  type TextStreamEvent,
} from "@ktx/codex-runtime";
import type { PreparedRun } from "../agent/prepare-run.ts";

/** The end of one turn of a chat. */
export interface ChatTurn {
  readonly isInterrupted: boolean;
  readonly metrics: RunMetrics | undefined;
}

/** A thread, and what belongs to each of its turns. */
export class Conversation implements AsyncDisposable {
  readonly #run: PreparedRun;
  readonly #system: string | undefined;
  #thread: LlmThread;

  constructor(run: PreparedRun, system: string | undefined) {
    this.#run = run;
    this.#system = system;
    this.#thread = this.#open();
  }

  get model(): string {
    return this.#run.model;
  }

  get toolNames(): readonly string[] {
    return codexToolNames(this.#run.toolSet);
  }

  /** True once a turn ended its thread: the next turn does not know what was said. */
  get isGone(): boolean {
    return !this.#thread.isOpen;
  }

  /** @throws the errors of `LlmThread.streamText`, except for the reason of the signal. */
  async ask(
    prompt: string,
    signal: AbortSignal,
    take: (event: TextStreamEvent) => void,
  ): Promise<ChatTurn> {
    if (this.isGone) await this.#renew();
    let metrics: RunMetrics | undefined;
    const stream = this.#thread.streamText({
      prompt,
      ...this.#run.bounds,
      abortSignal: signal,
      onMetrics: (told) => (metrics = told),
    });
    try {
      for await (const event of stream.events) take(event);
    } catch (error) {
      if (!signal.aborted || findRunEnd(error) !== undefined) throw error;
      return { isInterrupted: true, metrics };
    }
    return { isInterrupted: false, metrics };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }

  #open(): LlmThread {
    const { runtime, role, toolSet, toolObserver } = this.#run;
    return runtime.openThread({
      role,
      ...(this.#system !== undefined && { system: this.#system }),
      tools: toolSet,
      toolObserver,
    });
  }

  async #renew(): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
    this.#thread = this.#open();
  }
}
