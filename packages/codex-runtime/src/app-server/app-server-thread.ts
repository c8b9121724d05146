import { buildTokenUsage } from "@ktx/codex-events";
import {
  beginServerTurn,
  type ServerTurn,
  translateNotification,
} from "@ktx/codex-events/app-server";
import type { CodexLaunch, CodexLauncher } from "../codex-launcher.ts";
import type {
  CodexThread,
  CodexThreadInput,
  CodexTurnInput,
  TurnObserver,
} from "../codex-runner.ts";
import { describeSurvivors } from "../process/describe-survivors.ts";
import { AppServer } from "./app-server.ts";
import { findKeySignIn } from "./key-sign-in.ts";
import { openThread, startTurn } from "./open-thread.ts";

/**
 * One thread in an app-server process of its own, which lives from the first turn until it is disposed or
 * a turn is broken off.
 */
export class AppServerThread implements CodexThread {
  readonly #launcher: CodexLauncher;
  readonly #input: CodexThreadInput;
  #launch: CodexLaunch | undefined;
  #server: AppServer | undefined;
  #threadId: string | undefined;
  #lastTurn: ServerTurn | undefined;
  /** That of the present turn. */
  #observer: TurnObserver | undefined;
  #begun = false;

  constructor(launcher: CodexLauncher, input: CodexThreadInput) {
    this.#launcher = launcher;
    this.#input = input;
  }

  runStreamed(turn: CodexTurnInput): Promise<AsyncIterable<unknown>> {
    // Nothing is started before the first event is asked for, so nothing is left if it never is.
    return Promise.resolve(this.#stream(turn));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.#launch?.[Symbol.asyncDispose]();
    this.#launch = undefined;
  }

  async *#stream(input: CodexTurnInput): AsyncGenerator<unknown, void> {
    input.signal?.throwIfAborted();
    if (this.#begun && this.#server === undefined)
      throw new Error("Expected a thread that is open, got one that has ended. Open another.");
    this.#begun = true;
    const launch = (this.#launch ??= await this.#launcher.launch(this.#input, input.signal));
    const { stockConfig: _, ...settled } = launch;
    const isFirst = this.#server === undefined;
    // Whose instructions were taken once is not begun anew: the thread would forget its turns.
    const next = isFirst ? launch : settled;
    yield* this.#launcher.takeTurn(next, this.#input.model, (config) =>
      this.#take({ ...launch, config }, input, isFirst),
    );
  }

  async *#take(
    launch: CodexLaunch,
    input: CodexTurnInput,
    isFirst: boolean,
  ): AsyncGenerator<unknown, void> {
    const { signal, observer } = input;
    signal?.throwIfAborted();
    this.#observer = observer;
    // Begun anew with another configuration, it needs another process: one has that of its start.
    if (isFirst) await this.#end();
    const server = (this.#server ??= new AppServer(launch, {
      settings: findKeySignIn(launch)?.settings ?? {},
      requestTimeoutMs: this.#launcher.requestTimeoutMs,
      onRetry: (delayMs) => this.#observer?.onRetry?.(delayMs),
    }));
    const terminate = (): void => void server.terminate();
    signal?.addEventListener("abort", terminate, { once: true });
    let turn: ServerTurn | undefined;
    try {
      const threadId = (this.#threadId ??= await openThread(server, launch, this.#input.model));
      yield { type: "thread.started", thread_id: threadId };
      const turnId = await startTurn(server, threadId, input);
      turn = beginServerTurn({ threadId, turnId }, this.#lastTurn);
      while (!turn.ended) {
        const { turn: next, events } = translateNotification(turn, await server.next());
        if (next.usage !== undefined && next.usage !== turn.usage)
          observer?.onUsage(buildTokenUsage(next.usage));
        turn = next;
        if (events.length === 0) observer?.onActivity();
        yield* events;
      }
    } finally {
      signal?.removeEventListener("abort", terminate);
      this.#lastTurn = turn;
      if (turn?.ended !== true) await this.#end();
      observer?.onStderr(server.stderrTail);
    }
  }

  async #end(): Promise<void> {
    const pids = (await this.#server?.terminate()) ?? [];
    this.#server = undefined;
    this.#threadId = undefined;
    this.#lastTurn = undefined;
    if (pids.length > 0) this.#launcher.warn(describeSurvivors(pids));
  }
}
