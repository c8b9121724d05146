import {
  type LanguageModelV4CallOptions,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import type { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { offerToCodex } from "@ktx/codex-tools";
import type { ToolSet } from "@ktx/mcp-bridge";
import type { KtxCallSettings } from "./call-settings.ts";
import { clientTools } from "./client-tools.ts";
import { cutWarnings } from "./cut-warnings.ts";
import { convertPrompt } from "./convert-prompt.ts";
import { GrowingJson } from "./growing-json.ts";
import { ModelTurn } from "./model-turn.ts";
import type { StepTools } from "./step-tools.ts";
import { inactive, TurnCalls } from "./turn-calls.ts";

/** The parts of a scene that a new turn needs. */
export interface TurnScene {
  readonly runtime: CodexKtxLlmRuntime;
  readonly settings: KtxCallSettings;
  readonly waitMs: number;
  /** True where threads take no history and no client tools. */
  readonly singleTurns: boolean;
}

/** The longest time limit of a run, in milliseconds. */
const longestMs = 2 ** 31 - 1;

const jsonAlone = "Answer with one JSON value and nothing else.";

/**
 * Begins a turn with the prompt of a step.
 *
 * @param warnings Receives a warning for each part of the prompt that Codex cannot take.
 * @param streams True where the answer is shown while it is written.
 */
export function beginTurn(
  { runtime, singleTurns, waitMs, settings }: TurnScene,
  options: LanguageModelV4CallOptions,
  {
    warnings,
    streams,
    tools,
  }: {
    readonly warnings: SharedV4Warning[];
    readonly streams: boolean;
    readonly tools: StepTools;
  },
): ModelTurn {
  const { system, history, prompt, images, unsupported } = convertPrompt(options.prompt);
  for (const item of history)
    if (item.type === "tool-call") warnings.push(...cutWarnings(item.tool, item.result, "history"));
  for (const feature of unsupported) warnings.push({ type: "unsupported", feature });
  if (prompt.trim() === "" && unsupported.length > 0)
    throw new UnsupportedFunctionalityError({
      functionality: `a prompt of nothing but ${unsupported.join(", ")}`,
    });
  const { own, hosted } = tools;
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
  const offered = offerToCodex(clientTools(own, (call) => calls.make(call), waitMs));
  const calls = new TurnCalls(offered);
  const turn: ModelTurn = new ModelTurn(calls, tools, async () => {
    stop.abort(new DOMException("The turn was closed.", "AbortError"));
    await thread?.[Symbol.asyncDispose]();
  });
  const shared = {
    role: "default",
    ...(instructions.length > 0 && { system: instructions.join("\n\n") }),
    tools: { ...whileActive(hosted, calls), ...offered },
  } as const;
  const thread = isSingle
    ? undefined
    : runtime.openThread({ ...shared, history, reportsResponses: own.length > 0 });
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

/** The tools that Codex calls by itself, each refused in a step that does not offer it. */
function whileActive(hosted: ToolSet, calls: TurnCalls): ToolSet {
  return Object.fromEntries(
    Object.entries(hosted).map(([name, tool]) => [
      name,
      {
        ...tool,
        execute: (input, context) =>
          calls.isActive(name)
            ? tool.execute(input, context)
            : Promise.reject(new Error(inactive(name).text)),
      },
    ]),
  );
}
