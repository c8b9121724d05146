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

/** A model of Codex for the AI SDK. */
export class KtxLanguageModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "ktx";
  readonly modelId: string;
  readonly supportedUrls: Record<string, RegExp[]> = {};
  readonly #sceneOf: (options: LanguageModelV4CallOptions) => StepScene;

  constructor(modelId: string, sceneOf: (options: LanguageModelV4CallOptions) => StepScene) {
    this.modelId = modelId;
    this.#sceneOf = sceneOf;
  }

  /** The whole of one step. */
  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const collected = new CollectedContent();
    let warnings: LanguageModelV4GenerateResult["warnings"] = [];
    for await (const part of modelStep(this.#sceneOf(options), options, false)) {
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

  /** One step as a stream. Rejects where it fails before its first part, so that the AI SDK may retry. */
  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const cancelled = new AbortController();
    const { abortSignal: asked } = options;
    const abortSignal = asked ? AbortSignal.any([asked, cancelled.signal]) : cancelled.signal;
    const parts = modelStep(this.#sceneOf(options), { ...options, abortSignal }, true);
    const early: LanguageModelV4StreamPart[] = [];
    let isOver = false;
    while (!isOver && early.every(isHead)) {
      const { done, value } = await parts.next();
      isOver = done === true;
      if (value !== undefined) early.push(toStreamPart(value));
    }
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: async (controller) => {
        const known = early.shift();
        if (known !== undefined) return controller.enqueue(known);
        try {
          const { done, value } = await parts.next();
          if (done === true) controller.close();
          else controller.enqueue(toStreamPart(value));
        } catch (error) {
          controller.enqueue({ type: "error", error });
          controller.close();
        }
      },
      cancel: async (reason) => {
        cancelled.abort(reason);
        // A part that is still awaited rejects with the reason.
        await parts.return().catch(() => {});
      },
    });
    return { stream };
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
