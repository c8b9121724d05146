import { type Conversation, MemoryThreads } from "@ktx/app-server/testing";
import {
  buildFailure,
  type CodexUsage,
  type ThreadEvent,
  tokenCounts,
  type TokenUsage,
} from "@ktx/codex-events";
import { CodexError } from "../values/codex-error.ts";
import { toolServerName } from "../transport/tools/tool-server-config.ts";
import { DynamicTools } from "@ktx/codex-tools";
import type {
  ThreadInput,
  Transport,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "../transport/transport.ts";
import type { AskedTurn, ScriptedToolCall, ScriptedTurn } from "./scripted-turn.ts";

export interface ScriptedTransportOptions {
  readonly nextTurn: (asked: Omit<AskedTurn, "turn">) => ScriptedTurn | Promise<ScriptedTurn>;
  /** Writes a value as the JSON text of the schema. */
  readonly writeObject: (value: unknown, outputSchema: TurnInput["outputSchema"]) => string;
}

/** A transport whose model is a script. It starts no process; tools run in this one. */
export function createScriptedTransport(options: ScriptedTransportOptions): Transport {
  const threads = new MemoryThreads("scripted");
  return {
    can: { turns: "many", deltas: true, liveUsage: true, images: true, keepsThreads: true },
    openThread: (input) => new ScriptedThread(options, input, threads),
    keptThreads: threads,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class ScriptedThread implements TransportThread {
  isOpen = true;
  lastTurnId: string | undefined;
  readonly stderrTail = "";
  readonly #options: ScriptedTransportOptions;
  readonly #input: ThreadInput;
  readonly #tools: DynamicTools;
  readonly #threads: MemoryThreads;
  #conversation: Conversation | undefined;
  #items = 0;

  constructor(options: ScriptedTransportOptions, input: ThreadInput, threads: MemoryThreads) {
    this.#threads = threads;
    this.#options = options;
    this.#input = input;
    this.#tools = new DynamicTools(input.tools.toolSet, input.tools);
  }

  async *run({
    prompt,
    images,
    outputSchema,
    signal,
  }: TurnInput): AsyncGenerator<TurnSignal, void> {
    signal.throwIfAborted();
    const conversation = (this.#conversation ??= this.#open());
    yield told({ type: "thread.started", thread_id: conversation.id });
    yield told({ type: "turn.started" });
    const { model, instructions, tools } = this.#input;
    const history = [...conversation.said];
    conversation.said.push({ type: "message", role: "user", text: prompt });
    const toolResults: AskedTurn["toolResults"][number][] = [];
    const turn = await this.#options.nextTurn({
      model,
      ...(instructions !== undefined && { instructions }),
      prompt,
      ...(images && { images }),
      history,
      tools: tools.names,
      ...(outputSchema && { outputSchema }),
      toolResults,
    });
    for (const call of turn.toolCalls ?? []) toolResults.push(yield* this.#call(call));
    for (const { tool, arguments: input, text } of toolResults)
      conversation.said.push({ type: "tool-call", tool, arguments: input, result: text });
    this.lastTurnId = this.#threads.endTurn(conversation);
    if (turn.failure !== undefined) throw scriptedFailure(turn.failure);
    const text =
      "object" in turn ? this.#options.writeObject(turn.object, outputSchema) : turn.text;
    if (text !== undefined) {
      const id = this.#nextId();
      conversation.said.push({ type: "message", role: "assistant", text });
      this.lastTurnId = this.#threads.endTurn(conversation);
      for (const delta of cut(text, turn.deltas ?? 1))
        yield { type: "text-delta", itemId: id, delta };
      yield told({ type: "item.completed", item: { type: "agent_message", id, text } });
    }
    yield told({ type: "turn.completed", ...(turn.usage && { usage: spell(turn.usage) }) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isOpen = false;
    if (this.#conversation !== undefined) this.#threads.close(this.#conversation.id);
    return this.#tools[Symbol.asyncDispose]();
  }

  #open(): Conversation {
    const { model, history = [], kept } = this.#input;
    try {
      return this.#threads.open(model, history, kept);
    } catch (error) {
      this.isOpen = false;
      throw error;
    }
  }

  async *#call({
    tool,
    arguments: input = {},
  }: ScriptedToolCall): AsyncGenerator<TurnSignal, AskedTurn["toolResults"][number]> {
    const item = {
      type: "mcp_tool_call" as const,
      id: this.#nextId(),
      server: toolServerName,
      tool,
      arguments: input,
    };
    yield told({ type: "item.started", item: { ...item, status: "in_progress" } });
    const { contentItems, success } = await this.#tools.answer({ tool, arguments: input });
    const texts = contentItems.flatMap((part) => (part.type === "inputText" ? [part.text] : []));
    const text = texts.join("\n");
    const result = { content: [{ type: "text", text }] };
    yield told({
      type: "item.completed",
      item: { ...item, result, status: success ? "completed" : "failed" },
    });
    return { tool, arguments: { ...input }, text, isError: !success };
  }

  #nextId(): string {
    this.#items += 1;
    return `item_${this.#items}`;
  }
}

/** A text in about this many pieces. */
function cut(text: string, pieces: number): readonly string[] {
  const length = Math.max(1, Math.ceil(text.length / pieces));
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

function told(event: ThreadEvent): TurnSignal {
  return { type: "event", event };
}

function scriptedFailure({
  kind,
  message = `The script ends this turn with ${kind}.`,
}: NonNullable<ScriptedTurn["failure"]>): CodexError {
  const facts = kind === "timeout" ? { kind, limit: "wall-clock" as const } : { kind };
  return new CodexError(buildFailure({ ...facts, message }), { usage: {}, toolCalls: [] });
}

function spell(usage: TokenUsage): CodexUsage {
  const spelt: Partial<Record<keyof CodexUsage, number>> = {};
  for (const [ours, codex] of tokenCounts) {
    const count = usage[ours];
    if (count !== undefined) spelt[codex] = count;
  }
  return spelt;
}
