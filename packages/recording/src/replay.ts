import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  CodexError,
  type ThreadInput,
  type Transport,
  type TransportThread,
  type TurnInput,
  type TurnSignal,
} from "@ktx/codex-runtime";
import { DynamicTools } from "@ktx/codex-tools";
import { wait } from "@ktx/timers";
import { readRecording, type RecordedThreads, type RecordedTurn } from "./read-recording.ts";
import type { RecordedError, ToolResultLine } from "./recorded-line.ts";
import { Redaction, type RedactionRules } from "./redaction.ts";

export interface ReplayOptions extends RedactionRules {
  /** 1: the pauses of the recording; 2: half of them. @default Infinity: no pauses */
  readonly speed?: number;
  /**
   * `recorded`: no tool runs, the recording has the results. `run`: the tools of the run get the recorded calls, and
   * an answer that differs from the recorded one fails the turn. @default "recorded"
   */
  readonly tools?: "recorded" | "run";
}

/** A run that is not the recorded one, with what was recorded and what came. */
export class ReplayMismatchError extends Error {
  override readonly name = "ReplayMismatchError";
}

/**
 * A transport without a model: its turns are those of a recording, found by the prompt of a thread's first turn, and
 * then one by one. The same rules of redaction as in the recording make prompts comparable that hold secrets or paths.
 *
 * @throws {RecordingError}; a system error of Node where the file cannot be read; a RangeError for a speed below 0.
 */
export function replay(file: string, options: ReplayOptions = {}): Transport {
  return replayText(readFileSync(file, "utf8"), options);
}

/** The same for the text of a recording. */
export function replayText(text: string, options: ReplayOptions = {}): Transport {
  const { speed = Number.POSITIVE_INFINITY, tools = "recorded", ...rules } = options;
  if (!(speed > 0)) throw new RangeError(`Expected a \`speed\` above 0, got ${speed}.`);
  const left = [...readRecording(text)];
  const redaction = new Redaction(rules);
  return {
    can: { turns: "many", deltas: true, liveUsage: true, images: true },
    openThread: (input) =>
      new ReplayedThread({ input, left, speed, runsTools: tools === "run", redaction }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

interface ReplayedThreadOptions {
  readonly input: ThreadInput;
  /** The threads that no run has taken yet. */
  readonly left: RecordedThreads[number][];
  readonly speed: number;
  readonly runsTools: boolean;
  readonly redaction: Redaction;
}

class ReplayedThread implements TransportThread {
  isOpen = true;
  lastTurnId: string | undefined;
  readonly stderrTail = "";
  readonly #options: ReplayedThreadOptions;
  readonly #tools: DynamicTools;
  #turns: RecordedTurn[] | undefined;

  constructor(options: ReplayedThreadOptions) {
    this.#options = options;
    this.#tools = new DynamicTools(options.input.tools.toolSet, options.input.tools);
  }

  async *run({ prompt, signal }: TurnInput): AsyncGenerator<TurnSignal, void> {
    signal.throwIfAborted();
    const { speed, runsTools, redaction } = this.#options;
    const { start, steps, end } = this.#take(redaction.text(prompt));
    let lastMs = start.atMs;
    const results = new Map<number, unknown>();
    for (const step of steps) {
      await pause((step.atMs - lastMs) / speed, signal);
      lastMs = step.atMs;
      if (step.type === "signal") yield step.signal;
      else if (runsTools && step.type === "tool-call")
        results.set(step.call, await this.#call(step.name, step.arguments));
      else if (runsTools && step.type === "tool-result")
        this.#compare(step, results.get(step.call));
    }
    if (end?.error !== undefined) throw rebuild(end.error);
    if (end === undefined)
      throw new ReplayMismatchError(
        `The recording breaks off in turn ${start.turn}. Record the run again, or end it there.`,
      );
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isOpen = false;
    return this.#tools[Symbol.asyncDispose]();
  }

  #take(prompt: string): RecordedTurn {
    const { left, redaction } = this.#options;
    // A recording of other rules may have more in it.
    const isOf = (turn: RecordedTurn | undefined): boolean =>
      turn !== undefined && redaction.text(turn.start.prompt) === prompt;
    if (this.#turns === undefined) {
      const index = left.findIndex(([first]) => isOf(first));
      const [found] = index < 0 ? [] : left.splice(index, 1);
      if (found === undefined)
        throw noSuchTurn(
          prompt,
          left.flatMap(([first]) => first ?? []),
        );
      this.#turns = [...found];
    }
    const next = this.#turns.shift();
    if (next !== undefined && isOf(next)) return next;
    throw noSuchTurn(prompt, next === undefined ? [] : [next]);
  }

  async #call(tool: string, input: unknown): Promise<unknown> {
    const { redaction } = this.#options;
    const { contentItems, success } = await this.#tools.answer({ tool, arguments: input });
    const texts = contentItems.flatMap((part) => (part.type === "inputText" ? [part.text] : []));
    return { text: redaction.text(texts.join("\n")), success };
  }

  #compare(step: ToolResultLine, came: unknown): void {
    const { text } = this.#options.redaction;
    const recorded =
      typeof step.result === "string" ? { text: text(step.result), success: true } : undefined;
    const failed =
      step.error === undefined ? undefined : { text: text(step.error), success: false };
    const expected = failed ?? recorded;
    if (expected === undefined || isDeepStrictEqual(expected, came)) return;
    throw new ReplayMismatchError(
      `A tool answers differently from the recording: expected ${JSON.stringify(expected)}, got ${JSON.stringify(came)}. Record the run again if the tool is right.`,
    );
  }
}

function noSuchTurn(prompt: string, left: readonly RecordedTurn[]): ReplayMismatchError {
  const expected =
    left.length === 0
      ? "no further turn"
      : left.map(({ start }) => JSON.stringify(start.prompt)).join(", or ");
  return new ReplayMismatchError(
    `The recording has no such turn here: expected ${expected}, got ${JSON.stringify(prompt)}. Record the run again if the prompt is right.`,
  );
}

/** A failure of Codex as it was; any other error with its name and text. */
function rebuild({ name, message, failure }: RecordedError): Error {
  if (failure !== undefined) return new CodexError(failure, { usage: {}, toolCalls: [] });
  return Object.assign(new Error(message), { name });
}

/** @throws the signal's reason. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms >= 1) await wait(ms, signal);
}
