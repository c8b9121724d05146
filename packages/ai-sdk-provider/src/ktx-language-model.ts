import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from "@ai-sdk/provider";
import type { StepPart } from "./model-turn.ts";
import { modelStep, type StepScene } from "./model-step.ts";

export interface ModelOptions {
  readonly sceneOf: (call: LanguageModelV4CallOptions) => StepScene;
  /** Milliseconds for which a stream may wait for its first part. */
  readonly streamStartMs: number;
  /** Milliseconds for which a stream waits for its reader. */
  readonly readerWaitMs: number;
}

/** A model of Codex for the AI SDK. */
export class KtxLanguageModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "ktx";
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]> = {};
  readonly #options: ModelOptions;

  constructor(modelId: string, options: ModelOptions) {
    this.modelId = modelId;
    this.#options = options;
  }

  /** The whole of one step. */
  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const collected = new CollectedContent();
    let warnings: LanguageModelV4GenerateResult["warnings"] = [];
    for await (const part of modelStep(this.#options.sceneOf(options), options, false)) {
      if (part.type === "stream-start") warnings = part.warnings;
      else if (part.type !== "finish") collected.take(part);
      else {
        const { finishReason, usage } = part;
        const { content } = collected;
        return { content, finishReason, usage, warnings, response: { modelId: this.modelId } };
      }
    }
    throw new Error("Expected the step to end with `finish`, and it ended without it.");
  }

  /**
   * One step as a stream. Rejects where the step fails before its first part, so that the AI SDK may retry, unless that
   * takes longer than `streamStartMs`: then the failure is an error of the stream.
   */
  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const { sceneOf, streamStartMs, readerWaitMs } = this.#options;
    const cancelled = new AbortController();
    const { abortSignal: asked } = options;
    const abortSignal = asked ? AbortSignal.any([asked, cancelled.signal]) : cancelled.signal;
    const parts = modelStep(sceneOf(options), { ...options, abortSignal }, true);
    const early: LanguageModelV4StreamPart[] = [];
    let head: Promise<void> | undefined = readHead(parts, early);
    await settledWithin(head, streamStartMs);
    let unread: NodeJS.Timeout | undefined;
    const end = async (reason: unknown): Promise<void> => {
      clearTimeout(unread);
      cancelled.abort(reason);
      // A part that is still awaited rejects with the reason.
      await parts.return().catch(() => {});
    };
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: async (controller) => {
        clearTimeout(unread);
        try {
          if (early.length === 0) await head;
          head = early.length === 0 ? undefined : head;
          const known = early.shift();
          const { done, value } = known === undefined ? await parts.next() : { value: known };
          if (done === true) return controller.close();
          controller.enqueue(toStreamPart(value));
          // The AI SDK does not cancel the stream of a response that the page has left.
          unread = setTimeout(() => {
            const reason = new Error(`Nobody has read the stream for ${readerWaitMs} ms.`);
            void end(reason);
            controller.error(reason);
          }, readerWaitMs).unref();
        } catch (error) {
          if (cancelled.signal.aborted) return;
          controller.enqueue({ type: "error", error });
          controller.close();
        }
      },
      cancel: end,
    });
    return { stream };
  }
}

/** Reads the parts up to the first one of the model. */
async function readHead(
  parts: AsyncGenerator<StepPart, void>,
  early: LanguageModelV4StreamPart[],
): Promise<void> {
  while (early.every(isHead)) {
    const { done, value } = await parts.next();
    if (done === true) return;
    early.push(toStreamPart(value));
  }
}

/** Waits for a promise, but no longer than this. @throws what it rejects with meanwhile. */
async function settledWithin(promise: Promise<void>, milliseconds: number): Promise<void> {
  // A later rejection has a reader of its own.
  promise.catch(() => {});
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  try {
    await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A part that comes before anything of the model. */
function isHead({ type }: LanguageModelV4StreamPart): boolean {
  return type === "stream-start" || type === "response-metadata";
}

function toStreamPart(part: StepPart): LanguageModelV4StreamPart {
  return part.type === "text-abandoned" ? { type: "text-end", id: part.id } : part;
}

/** The content of a step, from its parts. */
class CollectedContent {
  readonly #parts: { readonly id: string | undefined; readonly part: LanguageModelV4Content }[] =
    [];

  get content(): LanguageModelV4Content[] {
    return this.#parts.map(({ part }) => part);
  }

  take(part: StepPart): void {
    switch (part.type) {
      case "text-start":
        this.#parts.push({ id: part.id, part: { type: "text", text: "" } });
        break;
      case "reasoning-start":
        this.#parts.push({ id: part.id, part: { type: "reasoning", text: "" } });
        break;
      case "text-delta":
      case "reasoning-delta": {
        const open = this.#parts.find(({ id }) => id === part.id)?.part;
        if (open?.type === "text" || open?.type === "reasoning") open.text += part.delta;
        break;
      }
      case "text-abandoned": {
        const at = this.#parts.findIndex(({ id }) => id === part.id);
        if (at >= 0) this.#parts.splice(at, 1);
        break;
      }
      case "tool-call":
      case "tool-result":
        this.#parts.push({ id: undefined, part });
        break;
      default:
    }
  }
}
