import {
  readTextDelta,
  type ServerThread,
  type ThreadMessage,
  UnansweredRequestError,
} from "@ktx/app-server";
import { buildTokenUsage } from "@ktx/codex-events";
import {
  beginServerTurn,
  followResponses,
  noResponses,
  type ResponseStep,
  type ServerTurn,
  translateNotification,
} from "@ktx/codex-events/app-server";
import { TurnEndedError } from "@ktx/codex-process";
import { toDataUrl } from "@ktx/images";
import { joinPrompt } from "../join-prompt.ts";
import { toolServerName } from "../tools/tool-server-config.ts";
import type { ThreadInput, TransportThread, TurnInput, TurnSignal } from "../transport.ts";
import { ThreadOpener } from "./thread-opener.ts";
import type { WarmCodex } from "./warm-codex.ts";

type Instructions = "ours" | "stock";

/**
 * A thread of a shared app-server process. A stopped turn leaves it open, except where its tools are behind a server
 * that ends with the turn.
 */
export class AppServerThread implements TransportThread {
  readonly keepsAlive = true;
  readonly #codex: WarmCodex;
  readonly #input: ThreadInput;
  readonly #opener: ThreadOpener;
  #thread: ServerThread | undefined;
  #lastTurn: ServerTurn | undefined;
  #isOpen = true;

  constructor(codex: WarmCodex, input: ThreadInput) {
    this.#codex = codex;
    this.#input = input;
    this.#opener = new ThreadOpener(codex, input);
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#thread?.isOpen !== false;
  }

  get lastTurnId(): string | undefined {
    return this.#lastTurn?.turnId;
  }

  get stderrTail(): string {
    return this.#opener.stderrTail;
  }

  async *run(turn: TurnInput): AsyncGenerator<TurnSignal, void> {
    turn.signal.throwIfAborted();
    if (!this.isOpen)
      throw new Error("Expected an open thread, got a closed one. Open a new thread.");
    try {
      yield* this.#thread === undefined ? this.#takeFirst(turn) : this.#take(turn, this.#thread);
    } catch (error) {
      await this.#giveUp(error);
      if (!(error instanceof TurnEndedError)) throw error;
      yield { type: "exit", exit: error.exit };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    await this.#opener[Symbol.asyncDispose]();
  }

  /** A process that answers no more serves no further thread. */
  async #giveUp(error: unknown): Promise<void> {
    this.#isOpen = false;
    if (error instanceof UnansweredRequestError) this.#opener.retireProcess();
    await this.#opener[Symbol.asyncDispose]();
  }

  async *#takeFirst(turn: TurnInput): AsyncGenerator<TurnSignal, void> {
    const codexPath = await this.#opener.prepare(turn.signal);
    const { watch } = this.#codex.launcher;
    yield* watch.takeTurn(this.#input.model, codexPath, (instructions) =>
      this.#takeWith(instructions, turn),
    );
  }

  async *#takeWith(instructions: Instructions, turn: TurnInput): AsyncGenerator<TurnSignal, void> {
    this.#lastTurn = undefined;
    this.#thread = await this.#opener.open(instructions, turn.signal);
    yield* this.#take(turn, this.#thread);
  }

  async *#take(turn: TurnInput, thread: ServerThread): AsyncGenerator<TurnSignal, void> {
    const { dynamicTools, server } = this.#opener;
    const names = dynamicTools && {
      dynamicTools: { server: toolServerName, ownNames: dynamicTools.ownNames },
    };
    let taken: ServerTurn | undefined;
    const responses = this.#followsResponses ? new FollowedResponses() : undefined;
    const begin = (turnId: string): void => {
      taken = beginServerTurn({ threadId: thread.id, turnId, ...names }, this.#lastTurn);
    };
    try {
      yield { type: "event", event: { type: "thread.started", thread_id: thread.id } };
      const isIsolated = this.#codex.launcher.isolation === "strict";
      const request = {
        input: this.#inputOf(turn),
        outputSchema: turn.outputSchema,
        // A resumed thread forgets that it has none.
        ...(isIsolated && this.#input.kept && { environments: [] }),
      };
      for await (const message of thread.run(request, begin, turn.signal)) {
        if (taken === undefined) continue;
        const { next, signals } = translate(taken, message);
        const isShown = this.#input.reportsResponses === true || !isOfResponse(message);
        if (isShown) taken = next;
        const steps = responses?.take(signals) ?? [];
        // The events before a request come before it: a caller may end the turn there.
        const isRequest = steps.at(-1)?.type === "started";
        for (const step of isRequest ? steps.slice(0, -1) : steps)
          yield { type: "response", threadId: thread.id, step };
        if (isShown) yield* signals;
        if (isRequest) yield { type: "response", threadId: thread.id, step: { type: "started" } };
      }
    } finally {
      this.#lastTurn = taken ?? this.#lastTurn;
      dynamicTools?.endTurn();
      await thread.protectFile();
      if (thread.isStuck) this.#opener.retireProcess();
      // A stopped turn ends the server of its tools.
      if (server?.isClosed === true) this.#isOpen = false;
    }
  }

  /** Codex takes the request for it only with a new thread (0.163.0). */
  get #followsResponses(): boolean {
    const { followsResponses = false, kept } = this.#input;
    return followsResponses && (kept === undefined || kept.from === "new");
  }

  /** In host isolation, the developer instructions belong to the user. */
  #inputOf({ prompt, images = [] }: TurnInput): readonly object[] {
    const isFirst = this.#lastTurn === undefined;
    const isShown = this.#codex.launcher.isolation === "host" && isFirst;
    const text = isShown ? joinPrompt(this.#input.instructions, prompt) : prompt;
    // `localImage` would show the model the path (0.163.0).
    const shown = images.map((image) => ({ type: "image", url: toDataUrl(image) }));
    return [{ type: "text", text }, ...shown];
  }
}

/** The model's responses of one turn. */
class FollowedResponses {
  #progress = noResponses;

  take(signals: readonly TurnSignal[]): readonly ResponseStep[] {
    return signals.flatMap((signal) => {
      if (signal.type !== "event" && signal.type !== "text-delta") return [];
      const event = signal.type === "event" ? signal.event : { type: signal.type };
      const { progress, steps } = followResponses(this.#progress, event);
      this.#progress = progress;
      return steps;
    });
  }
}

/** A message that is there only with `experimentalRawEvents`; its tokens come again, where they always come. */
function isOfResponse(message: ThreadMessage): boolean {
  return message.type === "notification" && message.method.startsWith("rawResponse");
}

/** The signals of one message of a thread, and its turn after it. Pure. */
function translate(
  turn: ServerTurn,
  message: ThreadMessage,
): { readonly next: ServerTurn; readonly signals: readonly TurnSignal[] } {
  if (message.type !== "notification") {
    const { type, delayMs } = message;
    return type === "retry"
      ? { next: turn, signals: [{ type, delayMs }] }
      : { next: { ...turn, retryAfterMs: delayMs }, signals: [] };
  }
  const delta = readTextDelta(turn, message);
  const { turn: next, events } = translateNotification(turn, message);
  const signals: TurnSignal[] = [];
  if (delta !== undefined) signals.push({ type: "text-delta", ...delta });
  if (next.usage !== undefined && next.usage !== turn.usage)
    signals.push({ type: "usage", usage: buildTokenUsage(next.usage) });
  if (next.limits !== undefined && next.limits !== turn.limits)
    signals.push({ type: "limits", limits: next.limits });
  for (const event of events) signals.push({ type: "event", event });
  return { next, signals: events.length === 0 ? [...signals, { type: "activity" }] : signals };
}
