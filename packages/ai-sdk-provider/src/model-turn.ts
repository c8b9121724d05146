import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { RunStream, TextStreamEvent } from "@ktx/codex-runtime";
import type { WaitingCall } from "./client-tools.ts";
import type { GrowingJson } from "./growing-json.ts";
import { describeCall, describeItem } from "./stream-parts.ts";
import type { TurnUsage } from "./to-usage.ts";

/** A part of a step. An abandoned text is not part of the answer; a stream cannot take it back. */
export type StepPart =
  | LanguageModelV4StreamPart
  | { readonly type: "text-abandoned"; readonly id: string };

/** The answer of a turn with a schema. */
export interface TurnObject {
  /** The checked value. */
  readonly value: Promise<unknown>;
  /** Shows the answer while it is written. @default it is shown as a whole */
  readonly growing?: GrowingJson;
}

type Next = Promise<IteratorResult<TextStreamEvent>>;

/** A turn of Codex that the AI SDK reads in steps: a call of a client's tool ends a step, and its answer begins the next. */
export class ModelTurn implements AsyncDisposable {
  /** The call that the client must answer; undefined while a step runs, and after the last one. */
  waiting: WaitingCall | undefined;
  /** The tokens of the turn as last reported. */
  usage: TurnUsage = {};
  /** The tokens that earlier steps have reported. */
  usageBefore: TurnUsage = {};
  /** The text of the present step. */
  text = "";
  /** True once the turn has ended, also while a call waited. */
  hasEnded = false;
  object: TurnObject | undefined;
  #call = Promise.withResolvers<WaitingCall>();
  #stream: RunStream | undefined;
  #events: AsyncIterator<TextStreamEvent> | undefined;
  #next: Next | undefined;
  #parts = 0;
  #openText: string | undefined;
  readonly #hosted: ReadonlySet<string>;
  readonly #close: () => Promise<void>;

  /**
   * @param hosted The names of the tools that Codex calls by itself.
   * @param close Ends what the turn runs in.
   */
  constructor(hosted: ReadonlySet<string>, close: () => Promise<void>) {
    this.#hosted = hosted;
    this.#close = close;
  }

  /** Takes a call of a client's tool. Codex makes one at a time. */
  takeCall(call: WaitingCall): void {
    this.#call.resolve(call);
  }

  begin(stream: RunStream, object?: TurnObject): void {
    this.#stream = stream;
    this.object = object;
    this.#events = stream.events[Symbol.asyncIterator]();
  }

  /** Waits for the tokens of the whole turn, once it has ended. */
  async readUsage(): Promise<void> {
    this.usage = { ...this.usage, ...(await this.#stream?.usage.catch(() => ({}))) };
  }

  /**
   * The parts of one step, which ends with a call that waits or with the end of the turn.
   *
   * @param showsEvents Adds each event of Codex as a raw part.
   * @throws the error of the run.
   */
  async *step(showsEvents: boolean): AsyncGenerator<StepPart, void> {
    this.text = "";
    for (;;) {
      const { done, value } = await (this.#next ??= this.#take());
      this.#next = undefined;
      if (done === true) break;
      if (value.type === "text-delta") yield* this.#showDelta(value.delta);
      if (value.type === "reset") yield* this.#reset(value.reason === "abandoned");
      if (value.type !== "event") continue;
      const { event } = value;
      if (showsEvents) yield { type: "raw", rawValue: event };
      if (event.type !== "item.started" && event.type !== "item.completed") continue;
      const { item } = event;
      if (item.type === "mcp_tool_call" && !this.#hosted.has(item.tool)) {
        const call = event.type === "item.started" ? await this.#takeCall() : undefined;
        if (call === undefined) continue;
        yield* this.endText();
        this.waiting = call;
        yield* describeCall(call);
        return;
      }
      const parts = [...describeItem(event.type, item, () => this.#nextId(item.type))];
      if (parts.length > 0) yield* this.endText();
      yield* parts;
    }
    if (this.object === undefined) yield* this.endText();
  }

  /** The rest of the answer of a turn with a schema: what follows the text that was shown. */
  *showWhole(text: string): Generator<StepPart, void> {
    const rest = this.object?.growing?.finish(text) ?? (this.#openText === undefined ? text : "");
    yield* this.#show(rest);
    yield* this.endText();
  }

  *endText(): Generator<StepPart, void> {
    const id = this.#openText;
    this.#openText = undefined;
    if (id !== undefined) yield { type: "text-end", id };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.waiting = undefined;
    await this.#close();
  }

  #show(delta: string): readonly StepPart[] {
    if (delta === "") return [];
    this.text += delta;
    const part = (id: string): StepPart => ({ type: "text-delta", id, delta });
    if (this.#openText !== undefined) return [part(this.#openText)];
    const id = (this.#openText = this.#nextId("text"));
    return [{ type: "text-start", id }, part(id)];
  }

  #showDelta(delta: string): readonly StepPart[] {
    if (this.object === undefined) return this.#show(delta);
    return this.#show(this.object.growing?.push(delta) ?? "");
  }

  /** Another message follows: after a tool call, or in the place of an abandoned one. */
  *#reset(isAbandoned: boolean): Generator<StepPart, void> {
    this.object?.growing?.restart();
    const id = this.#openText;
    if (!isAbandoned || id === undefined) return yield* this.endText();
    this.#openText = undefined;
    yield { type: "text-abandoned", id };
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
    void next.then(
      ({ done }) => (this.hasEnded ||= done === true),
      () => (this.hasEnded = true),
    );
    return next;
  }

  #nextId(kind: string): string {
    this.#parts += 1;
    return `${kind}-${this.#parts}`;
  }
}
