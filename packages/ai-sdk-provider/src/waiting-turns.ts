import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import type { ModelTurn } from "./model-turn.ts";

interface Kept {
  readonly turn: ModelTurn;
  readonly settings: string;
  readonly prompt: LanguageModelV4Prompt;
  /** The text that its last step gave. */
  readonly text: string;
  /** Nothing drops it any more. */
  readonly release: () => void;
}

/** The continuation of a turn that waits. */
export interface Continuation {
  readonly turn: ModelTurn;
  readonly result: LanguageModelV4ToolResultPart;
}

/** The turns that wait for the result of a call, by its id: bounded in number and time. */
export class WaitingTurns implements AsyncDisposable {
  readonly #kept = new Map<string, Kept>();
  readonly #ending = new Set<Promise<void>>();
  readonly #most: number;
  readonly #waitMs: number;

  constructor(most: number, waitMs: number) {
    this.#most = most;
    this.#waitMs = waitMs;
  }

  /** Keeps a turn until its time is over, or the caller aborts. The oldest one ends where there are too many. */
  keep(turn: ModelTurn, options: LanguageModelV4CallOptions): void {
    const id = turn.waiting?.toolCallId;
    if (id === undefined) return;
    const { prompt, abortSignal } = options;
    const drop = (): void => this.#drop(id);
    const timer = setTimeout(drop, this.#waitMs).unref();
    abortSignal?.addEventListener("abort", drop, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", drop);
    };
    this.#kept.set(id, { turn, settings: settingsOf(options), prompt, text: turn.text, release });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#drop(oldest);
  }

  /**
   * Takes the turn that this call continues; undefined where none does. A turn whose call is answered in another history
   * ends.
   */
  take(options: LanguageModelV4CallOptions): Continuation | undefined {
    const { prompt } = options;
    const results = prompt.flatMap((message) => (message.role === "tool" ? message.content : []));
    let found: Continuation | undefined;
    for (const part of results) {
      if (part.type !== "tool-result") continue;
      const kept = this.#kept.get(part.toolCallId);
      if (kept === undefined) continue;
      const isSame = kept.settings === settingsOf(options) && continues(kept, prompt);
      if (!isSame || kept.turn.hasEnded || found !== undefined) {
        this.#drop(part.toolCallId);
        continue;
      }
      kept.release();
      this.#kept.delete(part.toolCallId);
      found = { turn: kept.turn, result: part };
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#kept.keys()) this.#drop(id);
    await Promise.all(this.#ending);
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    kept.release();
    this.#kept.delete(id);
    const ending = kept.turn[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

/** The options that a thread cannot change: its tools, the form of its answer, and the settings of ktx. */
function settingsOf(options: LanguageModelV4CallOptions): string {
  const { tools, toolChoice, responseFormat, providerOptions, reasoning } = options;
  return JSON.stringify([
    tools,
    toolChoice?.type === "none",
    responseFormat,
    providerOptions?.["ktx"],
    reasoning,
  ]);
}

/** True where the new prompt is the earlier one with the answer of its step and the results of that. */
function continues({ prompt: earlier, text }: Kept, now: LanguageModelV4Prompt): boolean {
  const answer = now.at(-2);
  return (
    now.length === earlier.length + 2 &&
    now.at(-1)?.role === "tool" &&
    answer?.role === "assistant" &&
    answer.content.map((part) => (part.type === "text" ? part.text : "")).join("") === text &&
    JSON.stringify(earlier) === JSON.stringify(now.slice(0, earlier.length))
  );
}
