import {
  describeFailure,
  initialTurnState,
  reduceTurn,
  summarizeTurn,
  type TokenUsage,
} from "@ktx/codex-events";
import { readRecording, type RecordedTurn } from "@ktx/recording";
import { TurnEntries } from "./turn-entries.ts";
import type { RequestTokens, RunView, TurnEnd, TurnView } from "./run-view.ts";

/**
 * Reads the text of a recording.
 *
 * @throws `RecordingError` for a text that is no recording.
 */
export function readRun(text: string): RunView {
  const turns = readRecording(text)
    .flat()
    .toSorted((a, b) => a.start.turn - b.start.turn)
    .map(readTurn);
  return { turns, endMs: Math.max(...turns.map(({ endMs }) => endMs)) };
}

function readTurn({ start, steps, end }: RecordedTurn): TurnView {
  let state = initialTurnState();
  const entries = new TurnEntries(steps);
  const requests: RequestTokens[] = [];
  let usage: TokenUsage = {};
  for (const line of steps) {
    entries.take(line);
    if (line.type !== "signal") continue;
    const { signal, atMs } = line;
    if (signal.type === "event") state = reduceTurn(state, signal.event, atMs);
    if (signal.type !== "usage") continue;
    const since = tokensSince(usage, signal.usage);
    if (since.input + since.cached + since.output > 0) requests.push({ atMs, ...since });
    usage = signal.usage;
  }
  const summary = summarizeTurn(state, { model: start.model });
  if (Object.keys(summary.usage).length > 0) {
    const endMs = end?.atMs ?? start.atMs;
    if (requests.length === 0) requests.push({ atMs: endMs, ...tokensSince({}, summary.usage) });
    usage = summary.usage;
  }
  const endMs = end?.atMs ?? steps.at(-1)?.atMs ?? start.atMs;
  const failure = summary.failure ?? end?.error?.failure;
  const thrown = end?.error;
  return {
    turn: start.turn,
    thread: start.thread,
    model: start.model,
    prompt: start.prompt,
    instructions: start.instructions,
    tools: start.tools,
    images: start.images,
    outputSchema: start.outputSchema,
    startMs: start.atMs,
    endMs,
    entries: entries.all(),
    requests,
    usage,
    steps: summary.stepCount,
    end: decideEnd(),
  };

  function decideEnd(): TurnEnd {
    if (summary.outcome === "completed") return { type: "completed" };
    if (failure !== undefined)
      return {
        type: "failed",
        kind: failure.kind,
        message: failure.message,
        fix: describeFailure(failure),
      };
    if (thrown !== undefined)
      return { type: "failed", kind: thrown.name, message: thrown.message, fix: undefined };
    return { type: end === undefined ? "cut" : "stopped" };
  }
}

function tokensSince(before: TokenUsage, now: TokenUsage): Omit<RequestTokens, "atMs"> {
  const since = (name: keyof TokenUsage): number =>
    Math.max(0, (now[name] ?? 0) - (before[name] ?? 0));
  const cached = since("cachedInputTokens");
  return {
    cached,
    input: Math.max(0, since("inputTokens") - cached),
    output: since("outputTokens"),
  };
}
