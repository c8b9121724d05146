import { parseThreadEvent } from "@ktx/codex-events";
import type {
  CodexRunner,
  CodexRuntimeOptions,
  ThreadInput,
  Transport,
  TurnInput,
  TurnSignal,
} from "../src/index.ts";
import type { FakeRunner } from "./fake-runner.ts";
import { fakeRunnerInTurns } from "./fake-runner.ts";

/** A thread of a `threadedTransport`: what it was opened with and asked, and whether it was ended. */
export interface FakeThread {
  readonly input: ThreadInput;
  readonly turns: readonly TurnInput[];
  readonly ended: boolean;
}

/** A transport that keeps threads; whatever thread a turn is in, the turns play these one after the other. */
export function threadedTransport(
  ...turns: readonly [FakeRunner, ...FakeRunner[]]
): Transport & { readonly threads: readonly FakeThread[] } {
  const player = fakeRunnerInTurns(...turns);
  const threads: FakeThread[] = [];
  return {
    threads,
    can: { turns: "many", deltas: false, liveUsage: false, images: false },
    openThread: (input) => {
      const taken: TurnInput[] = [];
      const thread = { input, turns: taken, ended: false };
      threads.push(thread);
      return {
        isOpen: true,
        stderrTail: "",
        run: (turn) => {
          taken.push(turn);
          return eventsOf(player, { projectDir: "/project", model: input.model, ...turn });
        },
        [Symbol.asyncDispose]: () => {
          thread.ended = true;
          return Promise.resolve();
        },
      };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function* eventsOf(
  player: FakeRunner,
  input: Parameters<FakeRunner["runStreamed"]>[0],
): AsyncGenerator<TurnSignal, void> {
  for await (const value of await player.runStreamed(input))
    yield { type: "event", event: parseThreadEvent(value) };
}

export interface SignallingTransport extends Transport {
  readonly turns: readonly TurnInput[];
  /** True once the last turn was ended by its consumer or ran out. */
  readonly released: boolean;
}

/** A transport whose turns yield these signals. */
export function signallingTransport(
  play: (turn: TurnInput) => Iterable<TurnSignal> | AsyncIterable<TurnSignal>,
  stderrTail = "",
): SignallingTransport {
  const turns: TurnInput[] = [];
  let released = false;
  return {
    turns,
    get released() {
      return released;
    },
    can: { turns: "one", deltas: false, liveUsage: true, images: false },
    openThread: () => ({
      isOpen: false,
      stderrTail,
      async *run(turn) {
        turns.push(turn);
        released = false;
        try {
          yield* play(turn);
        } finally {
          released = true;
        }
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A raw event as the signal that a transport makes of it. */
export function asSignal(event: unknown): TurnSignal {
  return { type: "event", event: parseThreadEvent(event) };
}

/** The options of a runtime that runs on this. */
export function playedBy(
  player: CodexRunner | Transport,
): Pick<CodexRuntimeOptions, "runner" | "transport"> {
  return "openThread" in player ? { transport: player } : { runner: player };
}
