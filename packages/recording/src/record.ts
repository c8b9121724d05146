import { closeSync, openSync, writeSync } from "node:fs";
import {
  CodexError,
  type ThreadInput,
  type Transport,
  type TransportThread,
} from "@ktx/codex-runtime";
import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { LineWriter } from "./line-writer.ts";
import { formatVersion, type RecordedError, type TurnLine } from "./recorded-line.ts";
import { Redaction, type RedactionRules } from "./redaction.ts";

export interface RecordOptions extends RedactionRules {
  /** A clock in milliseconds. @default `performance.now` */
  readonly now?: () => number;
  /**
   * Called once, with the error of a line that the file does not take; the turns go on without a recording. The first
   * line is written at once, and its error is thrown. @default the turn fails with the error
   */
  readonly onWriteError?: (error: unknown) => void;
}

/** Takes the lines of a recording in the place of a file, as a pipe does whose reader may be slow. */
export interface RecordingOutput {
  /** Takes one line with its line break. Its error is that of a file that does not take the line. */
  readonly write: (line: string) => void;
  /** Called once, with the transport's end or after an error of `write`. */
  readonly close: () => void | Promise<void>;
}

/** A line without its time, which the recorder gives it. */
type Fact = TurnLine extends infer Line
  ? Line extends TurnLine
    ? Omit<Line, "atMs">
    : never
  : never;

/**
 * The same transport, all of whose turns are written to a file: signals, tool calls with their results, usage and
 * times, one JSON object a line. Each line is in the file once it is complete, so that a recording of a killed program
 * can be read as far as it came. Secrets and paths are taken out by rule. A file that is there is replaced; only its
 * owner may read it. The file, or the output in its place, is closed with the transport.
 *
 * @throws a system error of Node where the file cannot be written.
 */
export function record(
  transport: Transport,
  file: string | RecordingOutput,
  { now = () => performance.now(), onWriteError, ...rules }: RecordOptions = {},
): Transport {
  const output = typeof file === "string" ? openFile(file) : file;
  const startedAt = now();
  const redaction = new Redaction(rules);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await output.close();
  };
  let hasBegun = false;
  const writer = new LineWriter(redaction, (line) => {
    if (isClosed) return;
    try {
      output.write(`${line}\n`);
      hasBegun = true;
    } catch (error) {
      // Its error says again what this one says.
      close().catch(() => {});
      if (!hasBegun || onWriteError === undefined) throw error;
      onWriteError(error);
    }
  });
  const push = (fact: Fact): void => {
    const atMs = Math.max(0, Math.round(now() - startedAt));
    writer.push({ ...fact, atMs });
  };
  writer.push({ type: "recording", version: formatVersion, madeBy: "@ktx/recording" });
  let threads = 0;
  let turns = 0;
  return {
    can: transport.can,
    ...(transport.readLimits && { readLimits: transport.readLimits.bind(transport) }),
    ...(transport.keptThreads && { keptThreads: transport.keptThreads }),
    ...(transport.warm && { warm: transport.warm.bind(transport) }),
    openThread(input) {
      threads += 1;
      return new RecordedThread({
        input,
        open: (wrapped) => transport.openThread(wrapped),
        number: threads,
        push,
        nextTurn: () => (turns += 1),
        addSecret: (secret) => redaction.addSecret(secret),
      });
    },
    async [Symbol.asyncDispose]() {
      await transport[Symbol.asyncDispose]();
      if (!isClosed) writer.flush();
      try {
        await close();
      } catch (error) {
        if (onWriteError === undefined) throw error;
        onWriteError(error);
      }
    },
  };
}

function openFile(path: string): RecordingOutput {
  const descriptor = openSync(path, "w", 0o600);
  return {
    write: (line) => void writeSync(descriptor, line),
    close: () => closeSync(descriptor),
  };
}

interface RecordedThreadOptions {
  readonly input: ThreadInput;
  readonly open: (input: ThreadInput) => TransportThread;
  readonly number: number;
  readonly push: (fact: Fact) => void;
  readonly nextTurn: () => number;
  readonly addSecret: (secret: string) => void;
}

class RecordedThread implements TransportThread {
  readonly #options: RecordedThreadOptions;
  readonly #thread: TransportThread;
  #turn = 0;
  #calls = 0;

  constructor(options: RecordedThreadOptions) {
    this.#options = options;
    const { input, open, addSecret } = options;
    this.#thread = open({
      ...input,
      addSecret: (secret) => {
        addSecret(secret);
        input.addSecret(secret);
      },
      tools: { ...input.tools, toolSet: this.#observe(input.tools.toolSet) },
    });
  }

  get isOpen(): boolean {
    return this.#thread.isOpen;
  }

  get lastTurnId(): string | undefined {
    return this.#thread.lastTurnId;
  }

  get stderrTail(): string {
    return this.#thread.stderrTail;
  }

  get keepsAlive(): boolean {
    return this.#thread.keepsAlive ?? false;
  }

  async *run(input: Parameters<TransportThread["run"]>[0]): ReturnType<TransportThread["run"]> {
    const { push, nextTurn, number, input: thread } = this.#options;
    const turn = (this.#turn = nextTurn());
    const { prompt, images = [], outputSchema } = input;
    push({
      type: "turn-start",
      turn,
      thread: number,
      model: thread.model,
      ...(thread.instructions !== undefined && { instructions: thread.instructions }),
      tools: [...thread.tools.names],
      prompt,
      images: images.length,
      ...(outputSchema && { outputSchema }),
    });
    let error: RecordedError | undefined;
    try {
      for await (const signal of this.#thread.run(input)) {
        // Only there while the program has telemetry, which a recording does not depend on.
        if (signal.type !== "response") push({ type: "signal", turn, signal });
        yield signal;
      }
    } catch (thrown) {
      error = describe(thrown);
      throw thrown;
    } finally {
      // Also where the run stops reading, as it does after the last event.
      this.#turn = 0;
      push({ type: "turn-end", turn, ...(error && { error }) });
    }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#thread[Symbol.asyncDispose]();
  }

  #observe(toolSet: ToolSet): ToolSet {
    return Object.fromEntries(
      Object.entries(toolSet).map(([alias, tool]) => [alias, this.#observed(tool)]),
    );
  }

  #observed(tool: BridgedTool): BridgedTool {
    const { push } = this.#options;
    return {
      ...tool,
      execute: async (input, context) => {
        const turn = this.#turn;
        const call = (this.#calls += 1);
        if (turn > 0)
          push({ type: "tool-call", turn, call, name: tool.name, arguments: jsonOf(input) });
        try {
          const result = await tool.execute(input, context);
          if (turn > 0) push({ type: "tool-result", turn, call, result: jsonOf(result) });
          return result;
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error);
          if (turn > 0) push({ type: "tool-result", turn, call, result: null, error: text });
          throw error;
        }
      },
    };
  }
}

function describe(error: unknown): RecordedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message } = error;
  return {
    name,
    message,
    ...(error instanceof CodexError && { failure: error.failure }),
  };
}

/** A value as JSON has it; null for one that JSON cannot hold. */
function jsonOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
