import { compileOutputSchema, type OutputSchema } from "@ktx/structured-output";
import { CodexKtxLlmRuntime } from "../codex-runtime.ts";
import type { LlmRuntime, LlmThread } from "../llm-runtime.ts";
import type { ThreadStore } from "../run/kept-threads.ts";
import type { CodexRuntimeOptions } from "../runtime-options.ts";
import { createScriptedTransport } from "./scripted-transport.ts";
import type { AskedTurn, RuntimeScript } from "./scripted-turn.ts";

/** A runtime for unit tests. */
export interface ScriptedRuntime extends LlmRuntime {
  /** The questions to the model so far, turn by turn. */
  readonly asked: readonly AskedTurn[];
  /** The threads that were opened with `persist: true`; they are in memory. */
  readonly threads: ThreadStore;
}

/**
 * A runtime whose model is a script: answers, tool calls, failures and usage, without Codex and without a process.
 * Everything else is real: tools run, schemas are compiled and checked, and budgets, retries, repairs and limits apply.
 *
 * @param options The options of a `CodexKtxLlmRuntime`, except for the transport. No retries by default.
 */
export function createScriptedRuntime(
  script: RuntimeScript,
  options: Partial<Omit<CodexRuntimeOptions, "runner" | "transport">> = {},
): ScriptedRuntime {
  const asked: AskedTurn[] = [];
  const encoders = new WeakMap<object, (value: unknown) => unknown>();
  const transport = createScriptedTransport({
    nextTurn: (question) => {
      const turn: AskedTurn = { turn: asked.length + 1, ...question };
      asked.push(turn);
      if (typeof script === "function") return script(turn);
      const next = script[asked.length - 1];
      if (next !== undefined) return next;
      throw new Error(
        `Expected at most ${script.length} turns, got turn ${asked.length} with the prompt ${JSON.stringify(question.prompt)}. Add this turn to the script.`,
      );
    },
    writeObject: (value, outputSchema) => {
      const encode = outputSchema && encoders.get(outputSchema);
      return JSON.stringify(encode ? encode(value) : value);
    },
  });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "gpt-5.5" },
    maxRetries: 0,
    ...options,
    transport,
  });
  const knowSchema = (schema: OutputSchema): void => {
    try {
      const { jsonSchema, encode } = compileOutputSchema(schema);
      encoders.set(jsonSchema, encode);
    } catch {
      // The runtime rejects with the reason.
    }
  };
  return {
    asked,
    generateText: (input) => runtime.generateText(input),
    streamText: (input) => runtime.streamText(input),
    generateObject: (input) => {
      knowSchema(input.schema);
      return runtime.generateObject(input);
    },
    streamObject: (input) => {
      knowSchema(input.schema);
      return runtime.streamObject(input);
    },
    runAgentLoop: (input) => runtime.runAgentLoop(input),
    openThread: (input) => scriptThread(runtime.openThread(input), knowSchema),
    resumeThread: (id, input) => scriptThread(runtime.resumeThread(id, input), knowSchema),
    threads: runtime.threads,
  };
}

function scriptThread(thread: LlmThread, knowSchema: (schema: OutputSchema) => void): LlmThread {
  return {
    get id() {
      return thread.id;
    },
    get usage() {
      return thread.usage;
    },
    get isOpen() {
      return thread.isOpen;
    },
    generateText: (input) => thread.generateText(input),
    streamText: (input) => thread.streamText(input),
    generateObject: (input) => {
      knowSchema(input.schema);
      return thread.generateObject(input);
    },
    streamObject: (input) => {
      knowSchema(input.schema);
      return thread.streamObject(input);
    },
    runAgentLoop: (input) => thread.runAgentLoop(input),
    fork: () => scriptThread(thread.fork(), knowSchema),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
