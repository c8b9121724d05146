import {
  type LanguageModelV4CallOptions,
  type LanguageModelV4FunctionTool,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import {
  BudgetError,
  type CodexKtxLlmRuntime,
  OutputValidationError,
  readJsonAnswer,
} from "@ktx/codex-runtime";
import type { ToolSet } from "@ktx/mcp-bridge";
import { type KtxCallSettings, unsupportedSettings } from "./call-settings.ts";
import { clientTools } from "./client-tools.ts";
import { convertPrompt } from "./convert-prompt.ts";
import { GrowingJson } from "./growing-json.ts";
import { hostedToolOf } from "./hosted-tools.ts";
import { ModelTurn, type StepPart } from "./model-turn.ts";
import { toSdkError } from "./to-sdk-error.ts";
import { usageSince } from "./to-usage.ts";
import { describeOutput } from "./tool-output.ts";
import type { WaitingTurns } from "./waiting-turns.ts";

/** The surroundings of a step of a model. */
export interface StepScene {
  readonly modelId: string;
  readonly runtime: CodexKtxLlmRuntime;
  readonly settings: KtxCallSettings;
  readonly waiting: WaitingTurns;
  readonly url: string;
  readonly waitMs: number;
  /** True where threads take no history and no client tools. */
  readonly singleTurns: boolean;
}

/**
 * One step of a model: a new turn, or the continuation of one that waits.
 *
 * @param streams True where nothing that was shown can be taken back.
 * @throws the errors of the AI SDK; the caller's reason where it aborted.
 */
export async function* modelStep(
  scene: StepScene,
  options: LanguageModelV4CallOptions,
  streams: boolean,
): AsyncGenerator<StepPart, void> {
  const { waiting } = scene;
  const { abortSignal } = options;
  abortSignal?.throwIfAborted();
  const warnings: SharedV4Warning[] = [...unsupportedSettings(options)];
  const going = waiting.take(options);
  const turn = going?.turn ?? beginTurn(scene, options, { warnings, streams });
  const onAbort = (): void => void turn[Symbol.asyncDispose]();
  abortSignal?.addEventListener("abort", onAbort, { once: true });
  let isKept = false;
  try {
    yield { type: "stream-start", warnings };
    yield { type: "response-metadata", modelId: scene.modelId };
    if (going !== undefined) {
      const call = turn.waiting;
      turn.waiting = undefined;
      call?.answer(describeOutput(going.result.output));
    }
    const end = yield* readStep(turn, options);
    abortSignal?.throwIfAborted();
    const usage = usageSince(turn.usageBefore, turn.usage);
    turn.usageBefore = turn.usage;
    if (turn.waiting !== undefined) {
      waiting.keep(turn, options);
      isKept = true;
    }
    yield { type: "finish", finishReason: end, usage };
  } catch (error) {
    abortSignal?.throwIfAborted();
    throw toSdkError(error, scene.url, going !== undefined);
  } finally {
    abortSignal?.removeEventListener("abort", onAbort);
    if (!isKept) await turn[Symbol.asyncDispose]();
  }
}

interface StepEnd {
  readonly unified: "stop" | "tool-calls" | "length";
  readonly raw: string | undefined;
}

async function* readStep(
  turn: ModelTurn,
  { includeRawChunks = false, responseFormat }: LanguageModelV4CallOptions,
): AsyncGenerator<StepPart, StepEnd> {
  try {
    yield* turn.step(includeRawChunks);
    if (turn.waiting !== undefined) return { unified: "tool-calls", raw: undefined };
    if (turn.object !== undefined)
      yield* turn.showWhole(
        responseFormat?.type === "json" && responseFormat.schema !== undefined
          ? JSON.stringify(await turn.object.value)
          : plainJson(await turn.object.value),
      );
  } catch (error) {
    if (error instanceof BudgetError) {
      yield* turn.endText();
      await turn.readUsage();
      return { unified: "length", raw: `budget: ${error.budget}` };
    }
    // The AI SDK reports an answer of another form itself, with the text.
    if (!(error instanceof OutputValidationError)) throw error;
    yield* turn.showWhole(error.text);
  }
  await turn.readUsage();
  return { unified: "stop", raw: undefined };
}

/** The JSON of an answer to a request without a schema, or else the answer. */
function plainJson(answer: unknown): string {
  const text = String(answer);
  const read = readJsonAnswer(text);
  return read.ok ? JSON.stringify(read.value) : text;
}

/** The longest time limit of a run, in milliseconds. */
const longestMs = 2 ** 31 - 1;

const jsonAlone = "Answer with one JSON value and nothing else.";

function beginTurn(
  { runtime, singleTurns, waitMs, settings }: StepScene,
  options: LanguageModelV4CallOptions,
  { warnings, streams }: { readonly warnings: SharedV4Warning[]; readonly streams: boolean },
): ModelTurn {
  const { system, history, prompt, images, unsupported } = convertPrompt(options.prompt);
  for (const feature of unsupported) warnings.push({ type: "unsupported", feature });
  if (prompt.trim() === "" && unsupported.length > 0)
    throw new UnsupportedFunctionalityError({
      functionality: `a prompt of nothing but ${unsupported.join(", ")}`,
    });
  if (options.prompt.at(-1)?.role === "tool")
    warnings.push({
      type: "other",
      message: "No thread waits for these tool results: a new thread starts with the history.",
    });
  const { own, hosted } = offeredTools(options);
  const isSingle = own.length === 0 && history.length === 0;
  if (singleTurns && !isSingle)
    throw new UnsupportedFunctionalityError({
      functionality: 'tools of the client and message history with `transport: "exec"`',
    });
  const { responseFormat } = options;
  const schema = responseFormat?.type === "json" ? responseFormat.schema : undefined;
  const isPlainJson = responseFormat?.type === "json" && schema === undefined;
  const instructions = [system, isPlainJson ? jsonAlone : undefined].filter(
    (text) => text !== undefined,
  );
  const stop = new AbortController();
  const turn: ModelTurn = new ModelTurn(new Set(Object.keys(hosted)), async () => {
    stop.abort(new DOMException("The turn was closed.", "AbortError"));
    await thread?.[Symbol.asyncDispose]();
  });
  const shared = {
    role: "default",
    ...(instructions.length > 0 && { system: instructions.join("\n\n") }),
    tools: { ...hosted, ...clientTools(own, (call) => turn.takeCall(call), waitMs) },
  } as const;
  const thread = isSingle ? undefined : runtime.openThread({ ...shared, history });
  const { isolation: _, transport: __, reasoningEffort: ___, ...bounds } = settings;
  const input = {
    prompt,
    images,
    abortSignal: stop.signal,
    onUsage: (usage: ModelTurn["usage"]) => {
      turn.usage = usage;
    },
    // The AI SDK retries by itself.
    maxRetries: 0,
    onToolFailure: "continue",
    ...(own.length > 0 && {
      timeoutMs: Math.min(Math.max(waitMs * 100, 900_000), longestMs),
      idleTimeoutMs: Math.min(waitMs + 300_000, longestMs),
    }),
    ...bounds,
  } as const;
  if (schema !== undefined) {
    const asked = { ...input, schema: { ...schema }, ...(streams && { repairAttempts: 0 }) };
    const stream =
      thread?.streamObject<unknown>(asked) ??
      runtime.streamObject<unknown>({ ...asked, ...shared });
    const growing = streams ? { growing: new GrowingJson(asked.schema) } : {};
    turn.begin(stream, { value: stream.object, ...growing });
    return turn;
  }
  const stream = thread?.streamText(input) ?? runtime.streamText({ ...input, ...shared });
  turn.begin(stream, isPlainJson ? { value: stream.text } : undefined);
  return turn;
}

/** The client's tools, and those that Codex calls by itself. */
function offeredTools({ tools = [], toolChoice }: LanguageModelV4CallOptions): {
  readonly own: readonly LanguageModelV4FunctionTool[];
  readonly hosted: ToolSet;
} {
  const offered = toolChoice?.type === "none" ? [] : tools;
  return {
    own: offered.filter((tool) => tool.type === "function"),
    hosted: Object.fromEntries(
      offered.flatMap((tool) => {
        const hosted = tool.type === "provider" ? hostedToolOf(tool) : undefined;
        return hosted === undefined ? [] : [[hosted.name, hosted] as const];
      }),
    ),
  };
}
