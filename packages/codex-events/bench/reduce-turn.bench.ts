import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import {
  initialTurnState,
  parseThreadEventLine,
  reduceTurn,
  type ThreadEvent,
  type TurnState,
} from "../src/index.ts";
import { agentMessage, commandRun, provisionalError, toolCall, warning } from "../test/events.ts";

const small = 100_000;
const large = 1_000_000;

/**
 * What a long turn is made of: actions, failures, messages, reconnects, warnings, and news from a
 * later Codex.
 */
const lines: readonly string[] = [
  { type: "item.started", item: { type: "mcp_tool_call", tool: "wiki_search" } },
  toolCall(),
  commandRun(3),
  agentMessage("Looking further."),
  provisionalError("Reconnecting... 1/5 (stream disconnected before completion: cut)"),
  toolCall({ status: "failed", result: null, error: { message: "timed out" } }),
  warning("Heads up: long threads are less accurate."),
  { type: "later.invention" },
].map((raw) => JSON.stringify(raw));

const events: readonly ThreadEvent[] = lines.map((line) => parseThreadEventLine(line));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

interface Measurement {
  readonly eventsPerSecond: number;
  /** Heap still in use afterwards, with the state alive. */
  readonly heapGrowth: number;
  readonly stateSize: number;
}

test.each<[string, (index: number) => ThreadEvent]>([
  ["reduce", (index) => eventAt(events, index)],
  ["parse and reduce", (index) => parseThreadEventLine(eventAt(lines, index))],
])("%s: throughput, and memory by the number of events", (name, next) => {
  foldEvents(small, next);
  const few = measure(small, next);
  const many = measure(large, next);
  console.log(
    `${name}: ${format(many.eventsPerSecond)} events/s over ${format(large)} events\n` +
      `  heap kept after ${format(small)} events ${format(few.heapGrowth)} B, after ${format(large)} events ${format(many.heapGrowth)} B\n` +
      `  state ${format(few.stateSize)} B and ${format(many.stateSize)} B: ratio ${(many.stateSize / few.stateSize).toFixed(3)}\n` +
      `  time per event, ${format(large)} to ${format(small)}: ratio ${(few.eventsPerSecond / many.eventsPerSecond).toFixed(2)}`,
  );
  noteFigure({
    bench: "events",
    title: `${name}: events per second`,
    unit: "events/s",
    better: "more",
    values: {
      [`in a turn of ${format(small)}`]: few.eventsPerSecond,
      [`in a turn of ${format(large)}`]: many.eventsPerSecond,
    },
  });
  expect(many.stateSize).toBeLessThan(few.stateSize + 10);
});

function measure(count: number, next: (index: number) => ThreadEvent): Measurement {
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  const state = foldEvents(count, next);
  const elapsedMs = performance.now() - startedAt;
  collectGarbage();
  return {
    eventsPerSecond: count / (elapsedMs / 1000),
    heapGrowth: process.memoryUsage().heapUsed - heapBefore,
    stateSize: JSON.stringify(state).length,
  };
}

function foldEvents(count: number, next: (index: number) => ThreadEvent): TurnState {
  let state = initialTurnState();
  for (let index = 0; index < count; index += 1) state = reduceTurn(state, next(index), 5);
  return state;
}

function eventAt<T>(list: readonly T[], index: number): T {
  const entry = list[index % list.length];
  if (entry === undefined) throw new Error("The list of events is empty.");
  return entry;
}

function format(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
