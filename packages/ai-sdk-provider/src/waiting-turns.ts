import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
} from "@ai-sdk/provider";
import { describeOutput, type DescribedOutput } from "./tool-output.ts";
import type { KtxCallSettings } from "./call-settings.ts";
import { mayBeReadAs } from "./may-be-read-as.ts";
import { isSameValue } from "./same-value.ts";
import type { StepTools } from "./step-tools.ts";
import type { ModelTurn } from "./model-turn.ts";
import type { WaitingCall } from "./turn-calls.ts";

/** The request of a step. */
export interface StepRequest {
  readonly modelId: string;
  /** Those of the call over those of the model. */
  readonly settings: KtxCallSettings;
  readonly options: LanguageModelV4CallOptions;
}

interface Kept {
  readonly turn: ModelTurn;
  readonly calls: readonly WaitingCall[];
  readonly ids: readonly string[];
  readonly request: StepRequest;
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
  /** The reasons that its conversation has been warned of before. */
  readonly warnedOf: ReadonlySet<string>;
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
  keep(turn: ModelTurn, request: StepRequest): void {
    const calls = turn.calls.waiting;
    const ids = calls.map(({ toolCallId }) => toolCallId);
    const { abortSignal } = request.options;
    const { most, waitMs } = this.#options;
    const overdue = `The thread that waited for these results ended after ${waitMs} ms (\`toolWaitMs\` of createKtx)`;
    const timer = setTimeout(() => this.#drop(kept, overdue), waitMs).unref();
    const onAbort = (): void => this.#drop(kept, "The caller aborted the step with these calls");
    abortSignal?.addEventListener("abort", onAbort, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", onAbort);
    };
    const kept: Kept = { turn, calls, ids, request, text: turn.text, release };
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
  take(request: StepRequest, tools: StepTools): Continuation | Restart {
    const { prompt } = request.options;
    let found: Continuation | undefined;
    let reason: string | undefined;
    let warnedOf: ReadonlySet<string> = new Set();
    for (const [id] of resultsOf(prompt)) {
      const kept = this.#kept.get(id);
      const problem = kept && findProblem(kept, request, tools);
      if (kept === undefined) continue;
      if (problem !== undefined || found !== undefined) {
        this.#drop(kept, problem ?? "Two waiting threads were answered at once");
        reason ??= problem;
        warnedOf = warnedOf.union(kept.turn.warnedOf);
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
      warnedOf,
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

/** The reason why a turn that waits does not go on with these options. */
function findProblem(
  kept: Kept,
  { modelId, settings, options }: StepRequest,
  tools: StepTools,
): string | undefined {
  const { request: earlier } = kept;
  if (kept.turn.hasEnded) return "The thread that waited for these results has ended";
  if (earlier.modelId !== modelId) return "The model of the call has changed";
  const isSame =
    isSameValue(earlier.settings, settings) &&
    isSameValue(earlier.options.responseFormat, options.responseFormat);
  if (!isSame) return "The settings of the call have changed";
  if (!kept.turn.tools.includes(tools))
    return "The step offers tools that its thread was not opened with";
  if (!continues(kept, options.prompt))
    return "The messages before these results are not those of the thread that waits";
  const results = new Map(resultsOf(options.prompt));
  return kept.ids.every((id) => results.has(id))
    ? undefined
    : "Not all calls of the step have a result";
}

/** True where the new prompt is the earlier one with the answer of its step and the results of that. */
function continues({ request, text, calls, turn }: Kept, now: LanguageModelV4Prompt): boolean {
  const { prompt: earlier } = request.options;
  const answer = now.at(-2);
  return (
    now.length === earlier.length + 2 &&
    now.at(-1)?.role === "tool" &&
    answer?.role === "assistant" &&
    answer.content.map((part) => (part.type === "text" ? part.text : "")).join("") === text &&
    makes(answer, calls, turn.tools) &&
    isSameValue(earlier, now.slice(0, earlier.length))
  );
}

/** True where the answer makes these calls, with the inputs that the model gave them, and no other. */
function makes(
  { content }: Extract<LanguageModelV4Message, { role: "assistant" }>,
  calls: readonly WaitingCall[],
  { own }: StepTools,
): boolean {
  const made = content.flatMap((part) =>
    part.type === "tool-call" && part.providerExecuted !== true ? [part] : [],
  );
  return (
    made.length === calls.length &&
    calls.every(({ toolCallId, toolName, input }) => {
      const part = made.find((each) => each.toolCallId === toolCallId);
      const schema = own.find(({ name }) => name === toolName)?.inputSchema;
      return part?.toolName === toolName && mayBeReadAs(JSON.parse(input), part.input, schema);
    })
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
