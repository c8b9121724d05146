import { type LanguageModelV4, NoSuchModelError, type ProviderV4 } from "@ai-sdk/provider";
import {
  CodexKtxLlmRuntime,
  type CodexModels,
  type CodexRuntimeOptions,
  readModels,
} from "@ktx/codex-runtime";
import { KtxLanguageModel } from "./ktx-language-model.ts";
import { WaitingTurns } from "./waiting-turns.ts";

export interface KtxOptions extends Omit<CodexRuntimeOptions, "modelSlots" | "projectDir"> {
  /** @default process.cwd() */
  readonly projectDir?: string;
  /** Milliseconds that a thread waits for the result of a tool call of the AI SDK. @default 600_000 (10 minutes) */
  readonly toolWaitMs?: number;
  /** The number of threads that may wait for such results; the oldest one ends. @default 32 */
  readonly maxWaitingThreads?: number;
}

/** The models of the local Codex, for the AI SDK. */
export interface KtxProvider extends ProviderV4, AsyncDisposable {
  (modelId: string): LanguageModelV4;
  /** The models that the installed Codex knows. */
  listModels(): Promise<CodexModels>;
}

/** A provider of the AI SDK on the local Codex sign-in. Starts nothing before the first call of a model. */
export function createKtx(options: KtxOptions = {}): KtxProvider {
  const { toolWaitMs = 600_000, maxWaitingThreads = 32, projectDir, ...rest } = options;
  const runtimes = new Map<string, CodexKtxLlmRuntime>();
  const waiting = new WaitingTurns(maxWaitingThreads, toolWaitMs);
  const runtimeOf = (modelId: string): CodexKtxLlmRuntime => {
    const known = runtimes.get(modelId);
    if (known !== undefined) return known;
    const modelSlots = { default: modelId };
    const base = { ...rest, projectDir: projectDir ?? process.cwd() };
    const runtime = new CodexKtxLlmRuntime({ ...base, modelSlots });
    runtimes.set(modelId, runtime);
    return runtime;
  };
  const languageModel = (modelId: string): LanguageModelV4 =>
    new KtxLanguageModel(modelId, {
      runtime: runtimeOf(modelId),
      waiting,
      url: rest.endpoint?.baseUrl ?? "codex://app-server",
      waitMs: toolWaitMs,
      singleTurns: rest.transport === "exec" || rest.runner !== undefined,
    });
  const refuse = (modelType: "embeddingModel" | "imageModel") => (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType });
  };
  return Object.assign(languageModel, {
    specificationVersion: "v4",
    languageModel,
    embeddingModel: refuse("embeddingModel"),
    imageModel: refuse("imageModel"),
    listModels: () =>
      readModels({
        ...(rest.codexPath !== undefined && { codexPath: rest.codexPath }),
        ...(rest.env !== undefined && { env: rest.env }),
      }),
    [Symbol.asyncDispose]: async () => {
      await waiting[Symbol.asyncDispose]();
      await Promise.all([...runtimes.values()].map((one) => one[Symbol.asyncDispose]()));
    },
  } as const);
}
