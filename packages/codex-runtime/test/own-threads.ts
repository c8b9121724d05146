import type { ThreadEvent } from "@ktx/codex-events";
import { startToolBridge, type ToolSet } from "@ktx/mcp-bridge";
import type {
  ThreadInput,
  Transport,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "../src/index.ts";
import { type CreateTransportOptions, createTransport } from "../src/transport/create-transport.ts";
import { createToolOffer } from "../src/transport/tools/tool-offer.ts";
import type { TransportName } from "./e2e/scene.ts";

/** One of ktx's own transports, without the runtime on top. */
export function openOwnTransport(
  name: TransportName,
  options: Partial<CreateTransportOptions> = {},
): Transport {
  return createTransport(name, {
    projectDir: process.cwd(),
    startMcpServer: startToolBridge,
    onWarning: () => undefined,
    ...options,
  });
}

/** For tools whose calls nobody observes. */
export const unheard = {
  observer: {},
  onObserverError: () => undefined,
  onServed: () => undefined,
};

export interface ThreadOptions extends Partial<Omit<ThreadInput, "tools">> {
  readonly toolSet?: ToolSet;
}

export function openThreadOn(
  transport: Transport,
  { toolSet = {}, ...input }: ThreadOptions = {},
): TransportThread {
  return transport.openThread({
    model: "gpt-5.5",
    tools: createToolOffer(toolSet, unheard),
    toolTimeoutMs: 60_000,
    streamRetries: 0,
    addSecret: () => undefined,
    turns: "many",
    ...input,
  });
}

export interface OwnThreadInput extends Partial<CreateTransportOptions>, ThreadOptions {}

/** A thread of one of ktx's own transports, which ends with it. */
export function openOwnThread(
  name: TransportName,
  { toolSet, model, instructions, streamRetries, ...options }: OwnThreadInput = {},
): TransportThread {
  const transport = openOwnTransport(name, options);
  const thread = openThreadOn(transport, {
    ...(toolSet && { toolSet }),
    ...(model !== undefined && { model }),
    ...(instructions !== undefined && { instructions }),
    ...(streamRetries !== undefined && { streamRetries }),
  });
  return {
    get isOpen() {
      return thread.isOpen;
    },
    get stderrTail() {
      return thread.stderrTail;
    },
    run: (turn) => thread.run(turn),
    [Symbol.asyncDispose]: async () => {
      await thread[Symbol.asyncDispose]();
      await transport[Symbol.asyncDispose]();
    },
  };
}

/** The signals of one turn, all of them. */
export async function takeSignals(
  thread: TransportThread,
  turn: Partial<TurnInput> = {},
  onSignal: (signal: TurnSignal) => void = () => undefined,
): Promise<readonly TurnSignal[]> {
  const signals: TurnSignal[] = [];
  const { signal: abort = new AbortController().signal } = turn;
  for await (const signal of thread.run({ prompt: "Go.", ...turn, signal: abort })) {
    signals.push(signal);
    onSignal(signal);
  }
  return signals;
}

/** The events of one turn. */
export async function takeEvents(
  thread: TransportThread,
  turn: Partial<TurnInput> = {},
): Promise<readonly ThreadEvent[]> {
  return eventsIn(await takeSignals(thread, turn));
}

function eventsIn(signals: readonly TurnSignal[]): readonly ThreadEvent[] {
  return signals.flatMap((signal) => (signal.type === "event" ? [signal.event] : []));
}
