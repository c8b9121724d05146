import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { RunStream, TextStreamEvent } from "@ktx/codex-runtime";
import type { WaitingCall } from "./client-tools.ts";

type Next = Promise<IteratorResult<TextStreamEvent>>;

/** A turn of Codex that the AI SDK reads in steps: a call of a client's tool ends a step, and its answer begins the next. */
export class ModelTurn implements AsyncDisposable {
  /** The call that the client must answer; undefined while a step runs, and after the last one. */
  waiting: WaitingCall | undefined;
  /** The checked answer of a turn with a schema. */
  object: Promise<unknown> | undefined;
  #call = Promise.withResolvers<WaitingCall>();
  #stream: RunStream | undefined;
  #events: AsyncIterator<TextStreamEvent> | undefined;
  #next: Next | undefined;
  #textCount = 0;
  readonly #close: () => Promise<void>;

  /** @param close Ends what the turn runs in. */
  constructor(close: () => Promise<void>) {
    this.#close = close;
  }

  /** Takes a call of a client's tool. Codex makes one at a time. */
  takeCall(call: WaitingCall): void {
    this.#call.resolve(call);
  }

  begin(stream: RunStream): void {
    this.#stream = stream;
    this.#events = stream.events[Symbol.asyncIterator]();
  }

  /** The tokens of the whole turn, once it has ended. */
  async usage(): Promise<Awaited<RunStream["usage"]>> {
    return (await this.#stream?.usage.catch(() => ({}))) ?? {};
  }

  /**
   * The parts of one step, which ends with a call that waits or with the end of the turn.
   *
   * @param showsText False where the answer is given as a whole at the end.
   * @throws the error of the run.
   */
  async *step(showsText: boolean): AsyncGenerator<LanguageModelV4StreamPart, void> {
    let id: string | undefined;
    const end = (): readonly LanguageModelV4StreamPart[] => {
      const ended = id;
      id = undefined;
      return ended === undefined ? [] : [{ type: "text-end", id: ended }];
    };
    for (;;) {
      const next = (this.#next ??= this.#take());
      const { done, value } = await next;
      this.#next = undefined;
      if (done === true) break;
      if (value.type === "text-delta" && showsText) {
        if (id === undefined) {
          id = `text-${(this.#textCount += 1)}`;
          yield { type: "text-start", id };
        }
        yield { type: "text-delta", id, delta: value.delta };
      }
      if (value.type === "reset") yield* end();
      if (value.type !== "event" || !startsCall(value)) continue;
      const call = await this.#takeCall();
      if (call === undefined) continue;
      yield* end();
      this.waiting = call;
      yield* describeCall(call);
      return;
    }
    yield* end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.waiting = undefined;
    await this.#close();
  }

  /** The call that Codex has announced; undefined where the turn goes on without it. */
  async #takeCall(): Promise<WaitingCall | undefined> {
    this.#next ??= this.#take();
    const call = await Promise.race([
      this.#call.promise,
      this.#next.then(
        () => undefined,
        () => undefined,
      ),
    ]);
    if (call !== undefined) this.#call = Promise.withResolvers<WaitingCall>();
    return call;
  }

  #take(): Next {
    const next = this.#events?.next() ?? Promise.resolve({ done: true, value: undefined });
    // A turn that fails while its call waits has no reader.
    next.catch(() => {});
    return next;
  }
}

function startsCall({ event }: Extract<TextStreamEvent, { type: "event" }>): boolean {
  return event.type === "item.started" && event.item.type === "mcp_tool_call";
}

function* describeCall(call: WaitingCall): Generator<LanguageModelV4StreamPart, void> {
  const { toolCallId, toolName, input } = call;
  yield { type: "tool-input-start", id: toolCallId, toolName };
  yield { type: "tool-input-delta", id: toolCallId, delta: input };
  yield { type: "tool-input-end", id: toolCallId };
  yield { type: "tool-call", toolCallId, toolName, input };
}
