import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { RunStream, TextStreamEvent } from "@ktx/codex-runtime";
import type { GrowingJson } from "./growing-json.ts";
import { describeCall, describeItem } from "./stream-parts.ts";
import type { StepTools } from "./step-tools.ts";
import type { TurnUsage } from "./to-usage.ts";
import type { TurnCalls } from "./turn-calls.ts";

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

/** A turn of Codex that the AI SDK reads in steps: calls of the client's tools end a step, and their answers begin the next. */
export class ModelTurn implements AsyncDisposable {
  readonly calls: TurnCalls;
  /** The tools that its thread was opened with. */
  readonly tools: StepTools;
  /** The tokens of the turn as last reported. */
  usage: TurnUsage = {};
  /** The tokens that earlier steps have reported. */
  usageBefore: TurnUsage = {};
  /** The text of the present step. */
  text = "";
  /** True once the turn has ended, also while a call waited. */
  hasEnded = false;
  object: TurnObject | undefined;
  /** The reasons for new threads that its conversation has been warned of. */
  warnedOf: ReadonlySet<string> = new Set();
  #stream: RunStream | undefined;
  #events: AsyncIterator<TextStreamEvent> | undefined;
  #next: Next | undefined;
  #parts = 0;
  /** The text of a turn with a schema, as the model writes it. */
  #unshown = "";
  #openText: string | undefined;
  readonly #close: () => Promise<void>;

  /** @param close Ends what the turn runs in. */
  constructor(calls: TurnCalls, tools: StepTools, close: () => Promise<void>) {
    this.calls = calls;
    this.tools = tools;
    this.#close = close;
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
   * The parts of one step, which ends with calls that wait or with the end of the turn.
   *
   * @param showsEvents Adds each event of Codex as a raw part.
   * @throws the error of the run.
   */
  async *step(showsEvents: boolean): AsyncGenerator<StepPart, void> {
    this.text = "";
    for (;;) {
      const read = await this.#read();
      if (read?.done === true) break;
      if (read !== undefined) yield* this.#take(read.value, showsEvents);
      this.calls.pair();
      const waiting = this.calls.handOut();
      if (waiting.length === 0) continue;
      yield* this.endText();
      for (const call of waiting) yield* describeCall(call);
      return;
    }
    if (this.object === undefined) yield* this.endText();
  }

  /** The rest of the answer of a turn with a schema: what follows the text that was shown. */
  *showWhole(text: string): Generator<StepPart, void> {
    const rest = this.object?.growing?.finish(text) ?? (this.#openText === undefined ? text : "");
    yield* this.#show(rest);
    yield* this.endText();
  }

  /** The answer of a turn that was cut, as far as it came. */
  *showRest(): Generator<StepPart, void> {
    if (this.object !== undefined && this.object.growing === undefined)
      yield* this.#show(this.#unshown);
    yield* this.endText();
  }

  *endText(): Generator<StepPart, void> {
    const id = this.#openText;
    this.#openText = undefined;
    if (id !== undefined) yield { type: "text-end", id };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.calls.waiting = [];
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
    this.#unshown += delta;
    return this.#show(this.object.growing?.push(delta) ?? "");
  }

  /** Another message follows: after a tool call, or in the place of an abandoned one. */
  *#reset(isAbandoned: boolean): Generator<StepPart, void> {
    this.object?.growing?.restart();
    this.#unshown = "";
    const id = this.#openText;
    if (!isAbandoned || id === undefined) return yield* this.endText();
    this.#openText = undefined;
    yield { type: "text-abandoned", id };
  }

  *#take(value: TextStreamEvent, showsEvents: boolean): Generator<StepPart, void> {
    if (value.type === "text-delta") yield* this.#showDelta(value.delta);
    if (value.type === "reset") yield* this.#reset(value.reason === "abandoned");
    if (value.type !== "event") return;
    const { event } = value;
    if (showsEvents) yield { type: "raw", rawValue: event };
    if (event.type === "response.call") this.calls.write(event);
    if (event.type === "response.completed") this.calls.complete();
    // The response is asked for once more.
    if (event.type === "error") this.calls.restart();
    if (event.type !== "item.started" && event.type !== "item.completed") return;
    const { item } = event;
    if (item.type === "mcp_tool_call" && this.calls.isClients(item.tool)) {
      if (event.type === "item.started") this.calls.announce(item.id ?? "");
      else this.calls.end(item.id ?? "");
      return;
    }
    const parts = [...describeItem(event.type, item, () => this.#nextId(item.type))];
    if (parts.length > 0) yield* this.endText();
    yield* parts;
  }

  /** The next event; undefined where Codex has made a call meanwhile. */
  async #read(): Promise<IteratorResult<TextStreamEvent> | undefined> {
    this.#next ??= this.#begin();
    const read = await Promise.race([this.#next, this.calls.arrived]);
    if (read === undefined) return undefined;
    this.#next = undefined;
    return read;
  }

  #begin(): Next {
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
