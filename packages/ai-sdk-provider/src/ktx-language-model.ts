import {
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4FunctionTool,
  type LanguageModelV4GenerateResult,
  type LanguageModelV4StreamPart,
  type LanguageModelV4StreamResult,
  type LanguageModelV4Usage,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { type CodexKtxLlmRuntime, OutputValidationError, type RunStream } from "@ktx/codex-runtime";
import type { ToolSet } from "@ktx/mcp-bridge";
import { clientTools } from "./client-tools.ts";
import { convertPrompt } from "./convert-prompt.ts";
import { ModelTurn } from "./model-turn.ts";
import { toSdkError } from "./to-sdk-error.ts";
import { describeOutput } from "./tool-output.ts";
import type { WaitingTurns } from "./waiting-turns.ts";

export interface LanguageModelScene {
  readonly runtime: CodexKtxLlmRuntime;
  readonly waiting: WaitingTurns;
  readonly url: string;
  readonly waitMs: number;
  /** True where threads take no history and no client tools. */
  readonly singleTurns: boolean;
}

/** A model of Codex for the AI SDK. */
export class KtxLanguageModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "ktx";
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]> = {};
  readonly #scene: LanguageModelScene;

  constructor(modelId: string, scene: LanguageModelScene) {
    this.modelId = modelId;
    this.#scene = scene;
  }

  /** The whole of one step. */
  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const content: LanguageModelV4Content[] = [];
    let warnings: SharedV4Warning[] = [];
    const { stream } = await this.doStream(options);
    for await (const part of stream) {
      const last = content.at(-1);
      if (part.type === "stream-start") warnings = part.warnings;
      else if (part.type === "text-start") content.push({ type: "text", text: "" });
      else if (part.type === "text-delta" && last?.type === "text") last.text += part.delta;
      else if (part.type === "tool-call") content.push(part);
      else if (part.type === "error") throw part.error;
      else if (part.type === "finish") {
        const { finishReason, usage } = part;
        return { content, finishReason, usage, warnings, response: { modelId: this.modelId } };
      }
    }
    throw new Error("Expected the stream to end with `finish`, and it ended without it.");
  }

  /** One step as a stream. Rejects where it fails before its first part, so that the AI SDK may retry. */
  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const parts = this.#step(options);
    const start = await parts.next();
    const first = await parts.next();
    const known = [start, first].flatMap((one) => (one.done === true ? [] : [one.value]));
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: async (controller) => {
        const early = known.shift();
        if (early !== undefined) return controller.enqueue(early);
        try {
          const { done, value } = await parts.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.enqueue({ type: "error", error });
          controller.close();
        }
      },
      cancel: async () => {
        await parts.return();
      },
    });
    return { stream };
  }

  async *#step(
    options: LanguageModelV4CallOptions,
  ): AsyncGenerator<LanguageModelV4StreamPart, void> {
    const { waiting, url } = this.#scene;
    options.abortSignal?.throwIfAborted();
    const warnings: SharedV4Warning[] = [...unsupportedSettings(options)];
    const going = waiting.take(options);
    const turn = going?.turn ?? this.#begin(options, warnings);
    const onAbort = (): void => void turn[Symbol.asyncDispose]();
    options.abortSignal?.addEventListener("abort", onAbort, { once: true });
    let isKept = false;
    try {
      yield { type: "stream-start", warnings };
      if (going) {
        const call = turn.waiting;
        turn.waiting = undefined;
        call?.answer(describeOutput(going.result.output));
      }
      const isJson = options.responseFormat?.type === "json" && options.responseFormat.schema;
      let refused: string | undefined;
      try {
        yield* turn.step(!isJson);
      } catch (error) {
        // The AI SDK reports an answer of another form itself, with the text.
        if (!(error instanceof OutputValidationError)) throw error;
        refused = error.text ?? "";
      }
      options.abortSignal?.throwIfAborted();
      if (turn.waiting !== undefined) {
        waiting.keep(turn, options);
        isKept = true;
        const finishReason = { unified: "tool-calls", raw: undefined } as const;
        yield { type: "finish", finishReason, usage: toUsage({}) };
        return;
      }
      if (refused !== undefined) yield* wholeText(refused);
      else if (isJson) yield* wholeText(JSON.stringify(await turn.object));
      const usage = toUsage(await turn.usage());
      yield { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage };
    } catch (error) {
      options.abortSignal?.throwIfAborted();
      throw toSdkError(error, url);
    } finally {
      options.abortSignal?.removeEventListener("abort", onAbort);
      if (!isKept) await turn[Symbol.asyncDispose]();
    }
  }

  #begin(options: LanguageModelV4CallOptions, warnings: SharedV4Warning[]): ModelTurn {
    const { runtime, singleTurns, waitMs } = this.#scene;
    const { system, history, prompt, images, unsupported } = convertPrompt(options.prompt);
    for (const feature of unsupported) warnings.push({ type: "unsupported", feature });
    if (options.prompt.at(-1)?.role === "tool")
      warnings.push({
        type: "other",
        message: "No thread waits for these tool results: a new thread starts with the history.",
      });
    const offered = options.toolChoice?.type === "none" ? [] : (options.tools ?? []);
    const tools = offered.filter((tool) => tool.type === "function");
    const isSingle = tools.length === 0 && history.length === 0;
    if (singleTurns && !isSingle)
      throw new UnsupportedFunctionalityError({
        functionality: 'tools and message history with `transport: "exec"`',
      });
    const stop = new AbortController();
    const turn: ModelTurn = new ModelTurn(async () => {
      stop.abort(new DOMException("The turn was closed.", "AbortError"));
      await thread?.[Symbol.asyncDispose]();
    });
    const thread = isSingle
      ? undefined
      : runtime.openThread({
          role: "default",
          ...(system !== undefined && { system }),
          tools: this.#offer(tools, turn, waitMs),
          history,
        });
    const input = {
      prompt,
      images,
      abortSignal: stop.signal,
      // The AI SDK retries by itself.
      maxRetries: 0,
      onToolFailure: "continue",
      ...(tools.length > 0 && {
        timeoutMs: Math.max(waitMs * 100, 900_000),
        idleTimeoutMs: waitMs + 300_000,
      }),
    } as const;
    const { responseFormat } = options;
    const alone = { ...input, role: "default", ...(system !== undefined && { system }) };
    if (responseFormat?.type === "json" && responseFormat.schema !== undefined) {
      const schema: Record<string, unknown> = { ...responseFormat.schema };
      const stream =
        thread?.streamObject<unknown>({ ...input, schema }) ??
        runtime.streamObject<unknown>({ ...alone, schema });
      turn.begin(stream);
      turn.object = stream.object;
      return turn;
    }
    const stream: RunStream = thread?.streamText(input) ?? runtime.streamText(alone);
    turn.begin(stream);
    return turn;
  }

  #offer(tools: readonly LanguageModelV4FunctionTool[], turn: ModelTurn, waitMs: number): ToolSet {
    return clientTools(tools, (call) => turn.takeCall(call), waitMs);
  }
}

function* wholeText(text: string): Generator<LanguageModelV4StreamPart, void> {
  yield { type: "text-start", id: "object" };
  yield { type: "text-delta", id: "object", delta: text };
  yield { type: "text-end", id: "object" };
}

const settings = [
  "temperature",
  "topP",
  "topK",
  "maxOutputTokens",
  "stopSequences",
  "presencePenalty",
  "frequencyPenalty",
  "seed",
] as const;

function unsupportedSettings(options: LanguageModelV4CallOptions): readonly SharedV4Warning[] {
  const found: string[] = settings.filter((name) => options[name] !== undefined);
  if (
    options.toolChoice !== undefined &&
    options.toolChoice.type !== "auto" &&
    options.toolChoice.type !== "none"
  )
    found.push("toolChoice");
  if (options.tools?.some(({ type }) => type === "provider") === true) found.push("provider tools");
  if (options.reasoning !== undefined && options.reasoning !== "provider-default")
    found.push("reasoning");
  return found.map((feature) => ({ type: "unsupported", feature }));
}

function toUsage(usage: Awaited<RunStream["usage"]>): LanguageModelV4Usage {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens } = usage;
  const minus = (all: number | undefined, part = 0): number | undefined =>
    all === undefined ? undefined : all - part;
  return {
    inputTokens: {
      total: inputTokens,
      noCache: minus(inputTokens, cachedInputTokens),
      cacheRead: cachedInputTokens,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: outputTokens,
      text: minus(outputTokens, reasoningOutputTokens),
      reasoning: reasoningOutputTokens,
    },
  };
}
