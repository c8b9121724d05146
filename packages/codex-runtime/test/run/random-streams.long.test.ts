import {
  findToolFailure,
  initialTurnState,
  parseThreadEvent,
  reduceTurn,
  summarizeTurn,
  type ThreadEvent,
  type TurnState,
} from "@ktx/codex-events";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type AgentLoopResult,
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRunner,
  type CodexRunnerInput,
  ToolCallError,
} from "../../src/index.ts";
import {
  message,
  provisionalError,
  threadStarted,
  toolCalled,
  toolStarted,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";
import { longRuns } from "../../../../test/long-form.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { timeoutMs: 60_000, idleTimeoutMs: 20_000 };
/** What a runner that does not let go costs beyond the deadline. */
const releaseMs = 10_000;

/** One thing that a stream does. */
type Move =
  | { readonly type: "event"; readonly value: unknown; readonly afterMs: number }
  | { readonly type: "throw"; readonly error: unknown }
  | { readonly type: "hang" };

/** How a stream takes being told to stop. */
type Manner = "heeds" | "is deaf" | "fails to open" | "never opens";

const sound: fc.Arbitrary<unknown> = fc.constantFrom(
  threadStarted,
  turnStarted,
  message("One."),
  message(""),
  message("Two."),
  toolStarted("look"),
  toolCalled("look"),
  toolCalled("look", { status: "failed", error: { message: "locked" } }),
  { type: "item.completed", item: { id: "c", type: "command_execution", exit_code: 1 } },
  { type: "item.completed", item: { id: "w", type: "error", message: "a warning" } },
  provisionalError("Reconnecting... 1/2 (stream disconnected before completion: x)"),
  turnCompleted,
  { type: "turn.completed", usage: null },
  turnFailed("unexpected status 401 Unauthorized: bad key"),
  turnFailed("You've hit your usage limit. Try again later."),
  turnFailed("stream disconnected before completion: gone"),
  turnFailed(""),
);

const truncated: fc.Arbitrary<unknown> = fc
  .tuple(sound, fc.nat(60))
  .map(([event, length]) => JSON.stringify(event).slice(0, length));

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: sound },
  { weight: 1, arbitrary: truncated },
  { weight: 1, arbitrary: fc.anything() },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant("event" as const),
      value,
      afterMs: fc.constantFrom(0, 0, 1, 5_000, 30_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("throw" as const),
      error: fc
        .oneof(fc.string(), fc.anything())
        .map((cause) => (typeof cause === "string" ? new Error(cause) : cause)),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "hang" as const }) },
);

/** Any order, and anything twice. */
const anyMoves: fc.Arbitrary<readonly Move[]> = fc
  .array(move, { maxLength: 12 })
  .chain((list) =>
    fc
      .tuple(fc.shuffledSubarray(list), fc.boolean())
      .map(([extra, twice]) => (twice ? [...list, ...extra] : list)),
  );

const scenario = fc.record({
  moves: anyMoves,
  manner: fc.constantFrom<Manner>(
    "heeds",
    "heeds",
    "heeds",
    "is deaf",
    "fails to open",
    "never opens",
  ),
  stepBudget: fc.constantFrom(1, 2, 50),
  abortAfterMs: fc.option(fc.constantFrom(0, 3, 7_000), { nil: undefined, freq: 4 }),
});

class RandomRunner implements CodexRunner {
  readonly #moves: readonly Move[];
  readonly #manner: Manner;
  /** Every value that the runtime took. */
  readonly taken: unknown[] = [];

  constructor(moves: readonly Move[], manner: Manner) {
    this.#moves = moves;
    this.#manner = manner;
  }

  runStreamed({ signal }: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    if (this.#manner === "never opens") return new Promise(() => {});
    if (this.#manner === "fails to open") return Promise.reject(new Error("spawn codex ENOENT"));
    return Promise.resolve(this.#play(signal));
  }

  async *#play(signal: AbortSignal | undefined): AsyncGenerator {
    const heeded = this.#manner === "heeds" ? signal : undefined;
    for (const next of this.#moves) {
      if (next.type === "throw") throw next.error;
      await pause(next.type === "hang" ? undefined : next.afterMs, heeded);
      heeded?.throwIfAborted();
      if (next.type !== "event") return;
      if (signal?.aborted !== true) this.taken.push(next.value);
      yield next.value;
    }
  }
}

function pause(afterMs: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve());
    if (afterMs === 0) resolve();
    else if (afterMs !== undefined) setTimeout(resolve, afterMs);
  });
}

/** What codex-events makes of the same values. */
function foldOf(values: readonly unknown[]): TurnState {
  return values
    .map((each) => parseThreadEvent(each))
    .reduce<TurnState>((state, event) => reduceTurn(state, event, Date.now()), initialTurnState());
}

function countFailedCalls(values: readonly unknown[]): number {
  return values
    .map((each) => parseThreadEvent(each))
    .filter(
      (event: ThreadEvent) =>
        event.type === "item.completed" &&
        event.item.type === "mcp_tool_call" &&
        findToolFailure(event.item) !== undefined,
    ).length;
}

test("whatever a stream does, a loop settles in time, as codex-events reads the stream", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ moves: played, manner, stepBudget, abortAfterMs }) => {
      const runner = new RandomRunner(played, manner);
      const caller = new AbortController();
      const reason = new Error("the caller has had enough");
      const runtime = new CodexKtxLlmRuntime({
        projectDir: "/project",
        modelSlots: { default: "codex" },
        runner,
        maxRetries: 0,
        ...limits,
      });
      if (abortAfterMs !== undefined) setTimeout(() => caller.abort(reason), abortAfterMs);
      const startedAtMs = Date.now();
      const running = runtime.runAgentLoop({
        modelRole: "default",
        systemPrompt: "",
        userPrompt: "Work.",
        toolSet: {},
        stepBudget,
        abortSignal: caller.signal,
      });
      const settled = running.then(
        (result) => ({ result, endedAtMs: Date.now() }),
        (error: unknown) => ({ error, endedAtMs: Date.now() }),
      );
      await vi.advanceTimersByTimeAsync(2 * (limits.timeoutMs + releaseMs));
      const end = await Promise.race([settled, Promise.resolve(undefined)]);
      const lastedMs = (end?.endedAtMs ?? Number.POSITIVE_INFINITY) - startedAtMs;
      expect(lastedMs).toBeLessThanOrEqual(limits.timeoutMs + releaseMs);
      expect(vi.getTimerCount()).toBe(0);
      const problems =
        end !== undefined && "result" in end
          ? findDisagreements(end.result, runner.taken, stepBudget)
          : end?.error === reason
            ? []
            : ["it rejected with something of its own"];
      expect(problems).toEqual([]);
    }),
    longRuns(500),
  );
});

/** Where a result says of the values something else than their fold. */
function findDisagreements(
  result: AgentLoopResult,
  values: readonly unknown[],
  stepBudget: number,
): readonly string[] {
  const { outcome, ...summary } = summarizeTurn(foldOf(values));
  const { error, metrics, toolCalls } = result;
  const claims: Readonly<Record<string, boolean>> = {
    text: result.text === summary.finalText,
    steps: metrics.stepCount === summary.stepCount,
    "failed calls":
      toolCalls.filter(({ status }) => status === "failed").length === countFailedCalls(values),
    ...endingClaims(),
  };
  return Object.entries(claims).flatMap(([name, holds]) => (holds ? [] : [name]));

  function endingClaims(): Readonly<Record<string, boolean>> {
    switch (result.stopReason) {
      case "natural":
        return {
          "a natural end":
            outcome === "completed" && summary.toolFailures.every(({ recovered }) => recovered),
          usage: JSON.stringify(metrics.usage) === JSON.stringify(summary.usage),
        };
      case "budget":
        return {
          "a budget": outcome === "incomplete" && result.budget === "steps",
          "the budget's steps": summary.stepCount === stepBudget,
        };
      case "timeout":
        return { "a timeout": outcome === "incomplete" && error instanceof CodexError };
      case "error":
        return error instanceof ToolCallError
          ? {
              "a failed call":
                outcome === "completed" && summary.toolFailures.some(({ recovered }) => !recovered),
            }
          : {
              "a failed turn": outcome !== "completed" && error instanceof CodexError,
              kind:
                summary.failure === undefined ||
                (error instanceof CodexError && error.failure.kind === summary.failure.kind),
            };
      default:
        return result satisfies never;
    }
  }
}
