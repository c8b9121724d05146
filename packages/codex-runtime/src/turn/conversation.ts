import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { BridgedThread } from "./bridged-thread.ts";
import type { BridgedTurn } from "./run-bridged-turn.ts";
import type { TurnRun } from "./run-turn.ts";

/** A turn that may have another way to ask, in the thread of the turn before it. */
export interface ConversationTurn extends BridgedTurn {
  /** To be asked in place of the prompt where that thread is still open. */
  readonly followUp?: string;
}

/**
 * The turns of one call, of which each can follow up on the last: its thread, with the tools, stays open
 * as long as it gave an answer and the runner keeps threads.
 */
export class Conversation implements AsyncDisposable {
  readonly #options: ResolvedRuntimeOptions;
  #thread: BridgedThread | undefined;

  constructor(options: ResolvedRuntimeOptions) {
    this.#options = options;
  }

  /** True when the next turn can follow up. */
  get isOpen(): boolean {
    return this.#thread !== undefined;
  }

  /**
   * Runs a turn: its follow-up in the thread of the last one if it has one and that is open, else its
   * prompt in a new thread.
   *
   * @throws what `runBridgedTurn` throws.
   */
  async runTurn(turn: ConversationTurn): Promise<TurnRun> {
    const { followUp } = turn;
    if (followUp === undefined) await this[Symbol.asyncDispose]();
    const prompt = this.#thread === undefined ? turn.prompt : (followUp ?? turn.prompt);
    const thread = this.#thread ?? new BridgedThread(this.#options, { ...turn, keep: true });
    this.#thread = undefined;
    try {
      const run = await thread.runTurn({ ...turn, prompt });
      if (isAnswered(run) && this.#options.runner.openThread !== undefined) this.#thread = thread;
      return run;
    } finally {
      if (this.#thread !== thread) await thread[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.[Symbol.asyncDispose]();
  }
}

function isAnswered({ summary, stop }: TurnRun): boolean {
  return stop === undefined && summary.outcome === "completed" && summary.finalText !== undefined;
}
