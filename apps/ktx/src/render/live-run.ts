import { readReconnect, type ThreadEvent, type TokenUsage } from "@ktx/codex-events";
import type { RateLimitEvent, RetryWait, TextPart } from "@ktx/codex-runtime";
import type { ObservedCall } from "../agent/call-observer.ts";
import type { CliIo } from "../cli-io.ts";
import { describeLive } from "../terminal/describe-live.ts";
import { LiveScreen } from "../terminal/live-screen.ts";
import { type LiveEvent, nextLive, startLive, waitOf } from "../terminal/live-state.ts";
import { neutralise } from "../terminal/neutralise.ts";
import { TickingScreen } from "../terminal/ticking-screen.ts";
import { asSentence } from "./as-sentence.ts";
import { plain, wrapText } from "./layout.ts";
import { abandonedText, LiveAnswer } from "./live-answer.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";
import { describeInput } from "./tool-call-line.ts";

export interface LiveBudgets {
  readonly steps?: number;
  readonly tokens?: number;
  /** Milliseconds that the run may wait for limits in all. */
  readonly maxWaitMs?: number;
  /** True for a turn that is not repeated after a limit. @default false */
  readonly isHeld?: boolean;
}

/**
 * One run on the screen: lines that stay, the answer below them as it grows, and at the bottom what goes on. A log gets
 * the lines. Disposing it removes the bottom line.
 */
export class LiveRun implements Disposable {
  readonly #io: Pick<CliIo, "stdout" | "stderr" | "env" | "now">;
  readonly #screen: TickingScreen;
  readonly #answer: LiveAnswer | undefined;
  /** Of the answer, where that is in another terminal than the lines. */
  readonly #answerScreen: LiveScreen | undefined;
  #state: ReturnType<typeof startLive>;
  #host: string | undefined;
  /** Milliseconds that the run may still wait for limits. */
  #patienceMs = Number.POSITIVE_INFINITY;
  /** True for a turn that is not repeated after a limit. */
  #isHeld = false;
  #isTurnStarted = false;
  /** Lines of calls that have ended. The model's words before a call may come a moment after it: they go first. */
  #held = "";

  /** @param showsAnswer true to show the answer, too, while the model writes it. */
  constructor(
    io: Pick<CliIo, "stdout" | "stderr" | "env" | "now">,
    { showsAnswer }: { readonly showsAnswer: boolean },
  ) {
    const { stdout, stderr, env, now } = io;
    this.#io = io;
    this.#state = startLive(now());
    const style = createStyle(stderr, env);
    this.#screen = new TickingScreen(stderr, env, (columns) =>
      style.dim(describeLive(this.#state, { nowMs: now(), columns: columns - 1 })),
    );
    // One stream for all keeps the answer and the lines about the run in order.
    const isTogether = stderr.isTTY === true;
    if (showsAnswer && !isTogether) this.#answerScreen = new LiveScreen(stdout, env);
    if (showsAnswer) {
      const screen = this.#answerScreen ?? this.#screen;
      this.#answer = new LiveAnswer(screen, isTogether ? stderr : stdout, io);
      void this.#answer.loadHighlighter();
    }
    this.#screen.refresh();
  }

  /** @param host of the model's service. */
  begin(host: string | undefined, { maxWaitMs, isHeld = false, ...budgets }: LiveBudgets): void {
    this.#host = host;
    this.#patienceMs = maxWaitMs ?? Number.POSITIVE_INFINITY;
    this.#isHeld = isHeld;
    this.apply({ type: "budgets", ...budgets });
  }

  apply(event: LiveEvent): void {
    this.#state = nextLive(this.#state, event, this.#io.now());
    this.#screen.refresh();
  }

  /**
   * Lines that stay; the last one may end with a line break.
   *
   * @param endsText true where the words of the model so far are complete.
   */
  note(text: string, { endsText = false }: { readonly endsText?: boolean } = {}): void {
    this.#answer?.flush();
    this.#screen.print(text.replace(/\n$/, "").split("\n"), { endsText });
  }

  /** A sentence about a problem. */
  warn(sentence: string): void {
    const { stderr, env } = this.#io;
    this.note(createStyle(stderr, env).warn(wrapText(plain(sentence), textWidth(stderr))));
  }

  takeEvent(event: ThreadEvent): void {
    if (event.type === "turn.started") this.#isTurnStarted = true;
    const reconnect = readReconnect(event);
    if (reconnect !== undefined)
      this.apply({
        type: "reconnecting",
        ...reconnect,
        ...(this.#host !== undefined && { host: this.#host }),
      });
    else this.apply({ type: event.type === "turn.started" ? "started" : "heard" });
  }

  /** Codex itself waits. */
  takeRetry(wait: RetryWait): void {
    const event = waitOf(wait, Date.now());
    if (event !== undefined) this.apply(event);
  }

  takeUsage({ totalTokens, inputTokens = 0, outputTokens = 0 }: TokenUsage): void {
    this.apply({ type: "tokens", used: totalTokens ?? inputTokens + outputTokens });
  }

  takeLimit(event: RateLimitEvent): void {
    if (event.type === "wait_started") {
      const { untilMs, atMs, failure } = event;
      this.#patienceMs -= untilMs - atMs;
      // A run that does not wait, or not so long, ends with the reason.
      if (this.#patienceMs < 0 || (this.#isHeld && this.#isTurnStarted)) return;
      const until = new Date(untilMs).toLocaleTimeString("en-GB");
      const day = untilMs - atMs < 86_400_000 ? "" : ` on ${new Date(untilMs).toDateString()}`;
      this.warn(`limit: ${asSentence(failure.message)} Waiting until ${until}${day}.`);
      this.apply({ type: "waiting", untilMs, atMs });
    } else if (event.type === "wait_finished") this.apply({ type: "waited" });
  }

  takeText(part: TextPart): void {
    this.#answer?.take(part);
    // The characters are counted where the text itself is not shown.
    if (part.type === "reset") this.apply({ type: "text-ended" });
    else this.apply({ type: "text", length: this.#answer === undefined ? part.delta.length : 0 });
    if (part.type !== "reset") return;
    this.showHeld();
    if (part.reason === "abandoned" && this.#answer !== undefined) {
      const { stderr, env } = this.#io;
      this.note(createStyle(stderr, env).dim(wrapText(abandonedText, textWidth(stderr))));
    }
  }

  callStarted(tool: string, input: unknown): void {
    this.apply({ type: "call-started", id: callIdOf(tool, input), name: neutralise(tool) });
  }

  /** The wait for the approval is no time of the tool. */
  callAllowed(tool: string, input: unknown): void {
    this.apply({ type: "call-allowed", id: callIdOf(tool, input) });
  }

  /** @param line the lines of the call. */
  callEnded({ tool, input }: Pick<ObservedCall, "tool" | "input">, line: string): void {
    this.#held += line;
    this.apply({ type: "call-ended", id: callIdOf(tool, input) });
    if (this.#answer === undefined) this.showHeld();
  }

  /** Shows the calls that have ended. */
  showHeld(): void {
    if (this.#held === "") return;
    const lines = this.#held;
    this.#held = "";
    this.note(lines, { endsText: true });
  }

  /** True for a text that was shown whole, and not withdrawn. */
  hasShown(text: string): boolean {
    return this.#answer?.hasShown(text) === true;
  }

  /**
   * Ends the answer in front of all that comes after the run: at once, unless the size of the terminal is changing.
   *
   * @param signal ends the wait for a size that stays.
   */
  async endAnswer(signal: AbortSignal): Promise<void> {
    await this.#answer?.end(signal);
  }

  /** The run has failed: its last text, if any, is not the answer. */
  fail(): void {
    this.#answer?.finish();
    const text = this.#answer?.failedNote;
    const { stderr, env } = this.#io;
    if (text !== undefined)
      this.note(createStyle(stderr, env).dim(wrapText(text, textWidth(stderr))));
  }

  [Symbol.dispose](): void {
    this.#answer?.finish();
    this.showHeld();
    this.#screen[Symbol.dispose]();
    this.#answerScreen?.[Symbol.dispose]();
  }
}

/** Two equal calls at once are the same to a reader. */
export function callIdOf(tool: string, input: unknown): string {
  return `${tool} ${describeInput(input)}`;
}
