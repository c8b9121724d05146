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
  readonly timer: NodeJS.Timeout;
}

/** The continuation of a turn that waits. */
export interface Continuation {
  readonly turn: ModelTurn;
  readonly result: LanguageModelV4ToolResultPart;
}

/** The turns that wait for the result of a call, by its id: bounded in number and time. */
export class WaitingTurns implements AsyncDisposable {
  readonly #kept = new Map<string, Kept>();
  readonly #most: number;
  readonly #waitMs: number;

  constructor(most: number, waitMs: number) {
    this.#most = most;
    this.#waitMs = waitMs;
  }

  /** Keeps a turn. The oldest one ends where there are too many. */
  keep(turn: ModelTurn, options: LanguageModelV4CallOptions): void {
    const id = turn.waiting?.toolCallId;
    if (id === undefined) return;
    const timer = setTimeout(() => void this.#drop(id), this.#waitMs).unref();
    this.#kept.set(id, { turn, settings: settingsOf(options), prompt: options.prompt, timer });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) void this.#drop(oldest);
  }

  /** Takes the turn that this call continues; undefined where none does. A turn whose history was changed ends. */
  take(options: LanguageModelV4CallOptions): Continuation | undefined {
    const last = options.prompt.at(-1);
    if (last?.role !== "tool") return undefined;
    for (const part of last.content) {
      if (part.type !== "tool-result") continue;
      const kept = this.#kept.get(part.toolCallId);
      if (kept === undefined) continue;
      if (kept.settings !== settingsOf(options) || !continues(kept.prompt, options.prompt)) {
        void this.#drop(part.toolCallId);
        continue;
      }
      clearTimeout(kept.timer);
      this.#kept.delete(part.toolCallId);
      return { turn: kept.turn, result: part };
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((id) => this.#drop(id)));
  }

  async #drop(id: string): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    clearTimeout(kept.timer);
    this.#kept.delete(id);
    await kept.turn[Symbol.asyncDispose]();
  }
}

/** The options that a thread cannot change: its tools, and the form of its answer. */
function settingsOf({ tools, toolChoice, responseFormat }: LanguageModelV4CallOptions): string {
  return JSON.stringify([tools, toolChoice?.type === "none", responseFormat]);
}

/** True where the new prompt is the earlier one with one assistant message and its results. */
function continues(earlier: LanguageModelV4Prompt, now: LanguageModelV4Prompt): boolean {
  return (
    now.length === earlier.length + 2 &&
    now.at(-2)?.role === "assistant" &&
    JSON.stringify(earlier) === JSON.stringify(now.slice(0, earlier.length))
  );
}
