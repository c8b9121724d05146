import type { LanguageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";
import type { TurnFailure } from "@ktx/codex-events";
import { BudgetError, CodexError, OutputValidationError, readJsonAnswer } from "@ktx/codex-runtime";
import { beginTurn, type TurnScene } from "./begin-turn.ts";
import { unsupportedSettings } from "./call-settings.ts";
import { disposedError } from "./disposed-error.ts";
import type { ModelTurn, StepPart } from "./model-turn.ts";
import { StepTools } from "./step-tools.ts";
import { type ErrorScene, toSdkError } from "./to-sdk-error.ts";
import { usageSince } from "./to-usage.ts";
import { cutWarnings } from "./cut-warnings.ts";
import type { Restart, WaitingTurns } from "./waiting-turns.ts";

/** The surroundings of a step of a model. */
export interface StepScene extends TurnScene, Omit<ErrorScene, "prompt" | "continues"> {
  readonly waiting: WaitingTurns;
  readonly isDisposed: () => boolean;
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
  const { abortSignal, prompt } = options;
  abortSignal?.throwIfAborted();
  const warnings: SharedV4Warning[] = [...unsupportedSettings(options)];
  const tools = new StepTools(options);
  const { modelId, settings } = scene;
  const request = { modelId, settings, options };
  const going = waiting.take(request, tools);
  const continues = going.turn !== undefined;
  const asSdkError = (error: unknown): unknown =>
    toSdkError(error, { ...scene, prompt, continues });
  const turn = going.turn ?? begin(going);
  if (going.turn !== undefined)
    for (const { toolCallId, toolName } of turn.calls.waiting)
      warnings.push(...cutWarnings(toolName, going.results.get(toolCallId)?.text, "result"));
  const onAbort = (): void => void turn[Symbol.asyncDispose]();
  abortSignal?.addEventListener("abort", onAbort, { once: true });
  let isKept = false;
  try {
    yield { type: "stream-start", warnings };
    yield { type: "response-metadata", modelId };
    if (going.turn !== undefined) {
      turn.calls.activate(tools.names);
      turn.calls.answer(going.results);
    }
    const end = yield* readStep(turn, options);
    abortSignal?.throwIfAborted();
    const usage = usageSince(turn.usageBefore, turn.usage);
    turn.usageBefore = turn.usage;
    if (turn.calls.waiting.length > 0) {
      if (scene.isDisposed()) throw disposedError();
      waiting.keep(turn, request);
      isKept = true;
    }
    yield { type: "finish", finishReason: end, usage };
  } catch (error) {
    abortSignal?.throwIfAborted();
    throw scene.isDisposed() ? disposedError() : asSdkError(error);
  } finally {
    abortSignal?.removeEventListener("abort", onAbort);
    if (!isKept) await turn[Symbol.asyncDispose]();
  }

  function begin({ reason, warnedOf }: Restart): ModelTurn {
    try {
      const begun = beginTurn(scene, options, { warnings, streams, tools });
      begun.warnedOf = warnedOf;
      if (reason === undefined || warnedOf.has(reason)) return begun;
      begun.warnedOf = new Set([...warnedOf, reason]);
      warnings.push({
        type: "other",
        message: `${reason}: a new thread starts with the history.`,
      });
      return begun;
    } catch (error) {
      throw asSdkError(error);
    }
  }
}

interface StepEnd {
  readonly unified: "stop" | "tool-calls" | "length" | "content-filter";
  readonly raw: string | undefined;
}

async function* readStep(
  turn: ModelTurn,
  { includeRawChunks = false, responseFormat }: LanguageModelV4CallOptions,
): AsyncGenerator<StepPart, StepEnd> {
  try {
    yield* turn.step(includeRawChunks);
    if (turn.calls.waiting.length > 0) return { unified: "tool-calls", raw: undefined };
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
    const cut = error instanceof CodexError ? findCut(error.failure) : undefined;
    if (cut !== undefined) {
      yield* turn.showRest();
      await turn.readUsage();
      return cut;
    }
    // The AI SDK reports an answer of another form itself, with the text.
    if (!(error instanceof OutputValidationError)) throw error;
    yield* turn.showWhole(error.text);
  }
  await turn.readUsage();
  return { unified: "stop", raw: undefined };
}

/** The end of a response that the service cut, whose text so far is the answer. */
function findCut({ kind, raw }: TurnFailure): StepEnd | undefined {
  if (kind === "incomplete-response") return { unified: "length", raw: "max_output_tokens" };
  if (kind === "content-policy" && raw.includes("reason: content_filter"))
    return { unified: "content-filter", raw: "content_filter" };
  return undefined;
}

/** The JSON of an answer to a request without a schema, or else the answer. */
function plainJson(answer: unknown): string {
  const text = String(answer);
  const read = readJsonAnswer(text);
  return read.ok ? JSON.stringify(read.value) : text;
}
