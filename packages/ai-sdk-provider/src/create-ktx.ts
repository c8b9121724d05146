import {
  InvalidArgumentError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  NoSuchModelError,
  type ProviderV4,
} from "@ai-sdk/provider";
import {
  CodexKtxLlmRuntime,
  type CodexModels,
  type CodexRuntimeOptions,
  readModels,
} from "@ktx/codex-runtime";
import type { ToolSet } from "@ktx/mcp-bridge";
import { type KtxCallSettings, readSettings } from "./call-settings.ts";
import { checkOptions } from "./check-options.ts";
import { disposedError } from "./disposed-error.ts";
import { type HostedTool, hostTools } from "./hosted-tools.ts";
import { KtxLanguageModel } from "./ktx-language-model.ts";
import { toSdkError } from "./to-sdk-error.ts";
import { WaitingTurns } from "./waiting-turns.ts";

export interface KtxOptions extends Omit<CodexRuntimeOptions, "modelSlots" | "projectDir"> {
  /** @default process.cwd() */
  readonly projectDir?: string;
  /**
   * Milliseconds that a thread waits for the result of a tool call of the AI SDK, and a stream for its reader.
   * @default 600_000 (10 minutes), at most a day
   */
  readonly toolWaitMs?: number;
  /**
   * The number of threads that may wait for such results, those of running tools included; the oldest one ends. Each
   * takes about 1 MB of Codex. @default 128, at most 10,000
   */
  readonly maxWaitingThreads?: number;
  /**
   * Milliseconds for which `doStream` waits for the first part of the model: a failure within them rejects it, so that
   * the AI SDK tries again, and a later one is an error of the stream. @default 2_000, at most 60_000
   */
  readonly streamStartMs?: number;
}

/** The models of the local Codex, for the AI SDK. */
export interface KtxProvider extends ProviderV4, AsyncDisposable {
  /** @param settings For each call of the model; `providerOptions.ktx` of a call outranks them. */
  (modelId: string, settings?: KtxCallSettings): LanguageModelV4;
  /** As the call of the provider itself. */
  languageModel(modelId: string, settings?: KtxCallSettings): LanguageModelV4;
  /**
   * Tools that Codex calls in its own loop, within one step, for `tools` of the AI SDK.
   *
   * @throws {InvalidArgumentError} for tools that cannot be offered.
   */
  tools(toolSet: ToolSet): Record<string, HostedTool>;
  /**
   * The models that the installed Codex knows: `{ state: "listed", models }`, each with its `id`, or
   * `{ state: "failed", reason }` where Codex does not list them.
   */
  listModels(): Promise<CodexModels>;
}

/**
 * A provider of the AI SDK on the local Codex sign-in. Starts nothing before the first call of a model.
 *
 * @throws {InvalidArgumentError} for a limit out of range, and for an option that there is not.
 */
export function createKtx(options: KtxOptions = {}): KtxProvider {
  checkOptions(options);
  const {
    toolWaitMs = 600_000,
    maxWaitingThreads = 128,
    streamStartMs = 2_000,
    projectDir,
    ...rest
  } = options;
  checkLimit("toolWaitMs", toolWaitMs, { most: 24 * 60 * 60 * 1_000 });
  checkLimit("maxWaitingThreads", maxWaitingThreads, { most: 10_000 });
  checkLimit("streamStartMs", streamStartMs, { least: 0, most: 60_000 });
  let isDisposed = false;
  const runtimes = new Map<string, CodexKtxLlmRuntime>();
  const waiting = new WaitingTurns({ most: maxWaitingThreads, waitMs: toolWaitMs });
  const runtimeOf = (modelId: string, settings: KtxCallSettings): CodexKtxLlmRuntime => {
    const { isolation, transport, reasoningEffort } = settings;
    const key = JSON.stringify([modelId, isolation, transport, reasoningEffort]);
    const known = runtimes.get(key);
    if (known !== undefined) return known;
    const given = {
      ...rest,
      ...(isolation !== undefined && { isolation }),
      ...(transport !== undefined && { transport }),
      ...(reasoningEffort !== undefined && { reasoningEffort }),
    };
    const runtime = new CodexKtxLlmRuntime({
      ...(usesPipe(given) && { toolTransport: "dynamic" }),
      ...given,
      projectDir: projectDir ?? process.cwd(),
      modelSlots: { default: modelId },
    });
    runtimes.set(key, runtime);
    return runtime;
  };
  const url = rest.endpoint?.baseUrl ?? "codex://app-server";
  const sceneOf = (modelId: string, ofModel: KtxCallSettings, call: LanguageModelV4CallOptions) => {
    if (isDisposed) throw disposedError();
    const settings = readSettings(ofModel, call);
    const shared = { modelId, url, endpoint: rest.endpoint, now: () => Date.now() };
    try {
      return {
        ...shared,
        settings,
        runtime: runtimeOf(modelId, settings),
        waiting,
        waitMs: toolWaitMs,
        isDisposed: () => isDisposed,
        singleTurns: (settings.transport ?? rest.transport) === "exec" || rest.runner !== undefined,
      };
    } catch (error) {
      throw toSdkError(error, { ...shared, prompt: call.prompt, continues: false });
    }
  };
  const languageModel = (modelId: string, ofModel: KtxCallSettings = {}): LanguageModelV4 =>
    new KtxLanguageModel(modelId, {
      sceneOf: (call) => sceneOf(modelId, ofModel, call),
      streamStartMs,
      readerWaitMs: toolWaitMs,
    });
  const refuse = (modelType: "embeddingModel" | "imageModel") => (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType });
  };
  return Object.assign(languageModel, {
    specificationVersion: "v4",
    languageModel,
    embeddingModel: refuse("embeddingModel"),
    imageModel: refuse("imageModel"),
    tools: hostTools,
    listModels: () =>
      readModels({
        ...(rest.codexPath !== undefined && { codexPath: rest.codexPath }),
        ...(rest.env !== undefined && { env: rest.env }),
      }),
    [Symbol.asyncDispose]: async () => {
      isDisposed = true;
      await waiting[Symbol.asyncDispose]();
      await Promise.all([...runtimes.values()].map((one) => one[Symbol.asyncDispose]()));
    },
  } as const);
}

/** The provider with the defaults of `createKtx`. */
export const ktx: KtxProvider = createKtx();

/** With the user's own configuration, Codex hides tools of MCP servers behind a search. */
function usesPipe(options: Omit<CodexRuntimeOptions, "modelSlots" | "projectDir">): boolean {
  const { isolation, transport = "auto", runner, startMcpServer } = options;
  const isOwn = runner !== undefined || startMcpServer !== undefined;
  return isolation === "host" && (transport === "auto" || transport === "app-server") && !isOwn;
}

function checkLimit(
  argument: string,
  value: number,
  { least = 1, most }: { readonly least?: number; readonly most: number },
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidArgumentError({
    argument,
    message: `Expected \`${argument}\` to be a whole number from ${least} to ${most}, got ${String(value)}. Leave it out for the default.`,
  });
}
