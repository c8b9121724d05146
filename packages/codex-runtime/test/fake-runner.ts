import type { CodexRunner, CodexRunnerInput } from "../src/index.ts";

/** A runner that plays these events, and keeps what it was asked. */
export interface FakeRunner extends CodexRunner {
  readonly inputs: readonly CodexRunnerInput[];
  /** How many events were taken from the last stream. */
  readonly taken: number;
  /** True once the last stream was ended by its consumer or ran out. */
  readonly released: boolean;
}

export interface FakeRunnerOptions {
  /** Thrown after the events, as the SDK does on a non-zero exit. */
  readonly throws?: Error;
  /** Never yields again after the events, until the signal fires. */
  readonly hangs?: boolean;
}

export function fakeRunner(
  events: readonly unknown[],
  options: FakeRunnerOptions = {},
): FakeRunner {
  const inputs: CodexRunnerInput[] = [];
  const progress = { taken: 0, released: false };
  async function* play({ signal }: CodexRunnerInput): AsyncGenerator {
    progress.taken = 0;
    progress.released = false;
    try {
      for (const event of events) {
        progress.taken += 1;
        yield event;
      }
      if (options.hangs === true && signal !== undefined) await aborted(signal);
      if (options.throws !== undefined) throw options.throws;
    } finally {
      progress.released = true;
    }
  }
  return {
    inputs,
    get taken() {
      return progress.taken;
    },
    get released() {
      return progress.released;
    },
    runStreamed: (input) => {
      inputs.push(input);
      return Promise.resolve(play(input));
    },
  };
}

/** A runner that plays one of these after the other, and the last one from then on. */
export function fakeRunnerInTurns(...runners: readonly [FakeRunner, ...FakeRunner[]]): FakeRunner {
  let current = runners[0];
  const inputs: CodexRunnerInput[] = [];
  return {
    inputs,
    get taken() {
      return current.taken;
    },
    get released() {
      return current.released;
    },
    runStreamed: (input) => {
      current = runners[inputs.length] ?? current;
      inputs.push(input);
      return current.runStreamed(input);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export const threadStarted = { type: "thread.started", thread_id: "thread-1" };
export const turnStarted = { type: "turn.started" };

export function message(text: string): unknown {
  return { type: "item.completed", item: { id: "item_m", type: "agent_message", text } };
}

export function toolCalled(tool: string, outcome: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    type: "item.completed",
    item: {
      id: `item_${tool}`,
      type: "mcp_tool_call",
      server: "ktx",
      tool,
      arguments: {},
      result: { content: [{ type: "text", text: "fine" }], structured_content: null },
      error: null,
      status: "completed",
      ...outcome,
    },
  };
}

/** What the result reports of a `toolCalled` that succeeded. */
export function toolReported(tool: string): object {
  return {
    server: "ktx",
    tool,
    status: "completed",
    arguments: {},
    result: { content: [{ type: "text", text: "fine" }] },
  };
}

export function toolStarted(tool: string): unknown {
  return {
    type: "item.started",
    item: { id: `item_${tool}`, type: "mcp_tool_call", server: "ktx", tool, status: "in_progress" },
  };
}

export const turnCompleted = {
  type: "turn.completed",
  usage: {
    input_tokens: 10,
    cached_input_tokens: 2,
    output_tokens: 5,
    reasoning_output_tokens: 1,
  },
};

export function turnFailed(text: string): unknown {
  return { type: "turn.failed", error: { message: text } };
}

export function provisionalError(text: string): unknown {
  return { type: "error", message: text };
}

export const reportedUsage = {
  inputTokens: 10,
  cachedInputTokens: 2,
  outputTokens: 5,
  reasoningOutputTokens: 1,
  totalTokens: 15,
};
