import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
} from "@ai-sdk/provider";
import { describeOutput, type DescribedOutput } from "./tool-output.ts";
import { settingsOf, type StepTools } from "./step-tools.ts";
import type { ModelTurn } from "./model-turn.ts";

interface Kept {
  readonly turn: ModelTurn;
  readonly ids: readonly string[];
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
  /** By the ids of the calls. */
  readonly results: ReadonlyMap<string, DescribedOutput>;
}

/** The reason why no turn goes on; undefined for a prompt that brings no results. */
export interface Restart {
  readonly turn: undefined;
  readonly reason: string | undefined;
  /** True where the conversation has been warned of that before. */
  readonly isKnown: boolean;
}

export interface WaitingTurnsOptions {
  /** The number of turns that may wait. */
  readonly most: number;
  /** Milliseconds that each may wait. */
  readonly waitMs: number;
}

/** The turns that wait for the results of their calls, by the ids of these: bounded in number and time. */
export class WaitingTurns implements AsyncDisposable {
  readonly #kept = new Map<string, Kept>();
  /** The reasons for which turns do not wait any more, by the ids of their calls. */
  readonly #gone = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  readonly #options: WaitingTurnsOptions;

  constructor(options: WaitingTurnsOptions) {
    this.#options = options;
  }

  /** Keeps a turn until its time is over, or the caller aborts. The oldest one ends where there are too many. */
  keep(turn: ModelTurn, options: LanguageModelV4CallOptions): void {
    const ids = turn.calls.waiting.map(({ toolCallId }) => toolCallId);
    const { prompt, abortSignal } = options;
    const { most, waitMs } = this.#options;
    const overdue = `The thread that waited for these results ended after ${waitMs} ms (\`toolWaitMs\` of createKtx)`;
    const timer = setTimeout(() => this.#drop(kept, overdue), waitMs).unref();
    const onAbort = (): void => this.#drop(kept, "The caller aborted the step with these calls");
    abortSignal?.addEventListener("abort", onAbort, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", onAbort);
    };
    const settings = settingsOf(options);
    const kept: Kept = { turn, ids, settings, prompt, text: turn.text, release };
    for (const id of ids) this.#kept.set(id, kept);
    const [oldest] = this.#kept.values();
    if (oldest !== undefined && new Set(this.#kept.values()).size > most)
      this.#drop(
        oldest,
        `More than ${most} threads waited for results, so the oldest one ended (\`maxWaitingThreads\` of createKtx)`,
      );
  }

  /**
   * Takes the turn that this call continues, or the reason why none does. A turn whose calls are answered in another
   * history ends.
   */
  take(options: LanguageModelV4CallOptions, tools: StepTools): Continuation | Restart {
    const { prompt } = options;
    let found: Continuation | undefined;
    let reason: string | undefined;
    let isKnown = false;
    for (const [id] of resultsOf(prompt)) {
      const kept = this.#kept.get(id);
      const problem = kept && findProblem(kept, options, tools);
      if (kept === undefined) continue;
      if (problem !== undefined || found !== undefined) {
        this.#drop(kept, problem ?? "Two waiting threads were answered at once");
        reason ??= problem;
        isKnown ||= problem === otherTools && kept.turn.hasWarned;
        continue;
      }
      this.#release(kept);
      for (const each of kept.ids) this.#note(each, "These results were given before");
      const results = new Map(
        [...resultsOf(prompt)].map(([key, output]) => [key, describeOutput(output)] as const),
      );
      found = { turn: kept.turn, results };
    }
    if (found !== undefined) return found;
    // Where another question follows, the results are history.
    const isDue = prompt.at(-1)?.role === "tool";
    return {
      turn: undefined,
      reason: isDue ? (reason ?? this.#whyGone(prompt)) : undefined,
      isKnown,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const kept of new Set(this.#kept.values())) this.#drop(kept, "The provider was disposed");
    await Promise.all(this.#ending);
  }

  /** Only where the prompt ends with results: those before it are history. */
  #whyGone(prompt: LanguageModelV4Prompt): string | undefined {
    const last = prompt.at(-1);
    if (last?.role !== "tool") return undefined;
    const reasons = last.content.flatMap((part) =>
      part.type === "tool-result" ? (this.#gone.get(part.toolCallId) ?? []) : [],
    );
    return reasons[0] ?? "No thread of this provider waits for these tool results";
  }

  #drop(kept: Kept, reason: string): void {
    this.#release(kept);
    for (const id of kept.ids) this.#note(id, reason);
    const ending = kept.turn[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #release(kept: Kept): void {
    kept.release();
    for (const id of kept.ids) this.#kept.delete(id);
  }

  #note(id: string, reason: string): void {
    this.#gone.set(id, reason);
    const [first] = this.#gone.keys();
    if (this.#gone.size > mostReasons && first !== undefined) this.#gone.delete(first);
  }
}

const mostReasons = 1_000;

const otherTools = "The step offers tools that its thread was not opened with";

/** The reason why a turn that waits does not go on with these options. */
function findProblem(
  kept: Kept,
  options: LanguageModelV4CallOptions,
  tools: StepTools,
): string | undefined {
  if (kept.turn.hasEnded) return "The thread that waited for these results has ended";
  if (kept.settings !== settingsOf(options)) return "The settings of the call have changed";
  if (!kept.turn.tools.includes(tools)) return otherTools;
  if (!continues(kept, options.prompt))
    return "The messages before these results are not those of the thread that waits";
  const results = new Map(resultsOf(options.prompt));
  return kept.ids.every((id) => results.has(id))
    ? undefined
    : "Not all calls of the step have a result";
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

function* resultsOf(
  prompt: LanguageModelV4Prompt,
): Generator<readonly [toolCallId: string, output: LanguageModelV4ToolResultOutput]> {
  for (const { role, content } of prompt)
    if (role === "tool")
      for (const part of content)
        if (part.type === "tool-result") yield [part.toolCallId, part.output];
}
