import { startToolBridge, type ToolBridgeHandle, type ToolSet } from "@ktx/mcp-bridge";
import type { CodexRunner } from "./codex-runner.ts";
import type { IsolationMode } from "./isolation/prepare-launch.ts";
import type { ModelSlots } from "./resolve-model.ts";
import type { ResponsesEndpoint } from "./responses-endpoint.ts";
import { RuntimeInputError } from "./runtime-input-error.ts";
import type { OnWarning } from "./runtime-warning.ts";
import { SdkCodexRunner } from "./sdk-codex-runner.ts";
import type { TurnLimits } from "./turn/turn-stop.ts";

export interface CodexRuntimeOptions {
  /** The project that the tools work on. */
  readonly projectDir: string;
  /** Role → model. Roles without a slot run on `default`. */
  readonly modelSlots: ModelSlots;
  /** How turns are run. @default one `codex exec` process each, through the SDK */
  readonly runner?: CodexRunner;
  /** How tools are offered. @default `startToolBridge` of `@ktx/mcp-bridge` */
  readonly startMcpServer?: StartMcpServer;
  /** Any Responses-compatible service. @default the signed-in OpenAI account */
  readonly endpoint?: ResponsesEndpoint;
  /**
   * `strict`: the model is shown this run's tools and nothing else of the machine. `host`: the user's
   * own Codex configuration, instructions and tools come along. @default "strict"
   */
  readonly isolation?: IsolationMode;
  /** Another Codex binary. @default the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** What the child's variables are drawn from; only an allow-list gets through. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** What the model is told before the user's text, in strict isolation. @default one short sentence */
  readonly baseInstructions?: string;
  /** Told once of each thing that the caller should know. @default a Node process warning */
  readonly onWarning?: OnWarning;
  /** Milliseconds from the call to the end of a turn. @default 900_000 (15 minutes) */
  readonly timeoutMs?: number;
  /** Milliseconds without any event from Codex. @default 300_000 (5 minutes) */
  readonly idleTimeoutMs?: number;
  /** The present time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export type StartMcpServer = (input: {
  readonly projectDir: string;
  readonly toolSet: ToolSet;
  readonly signal?: AbortSignal;
}) => Promise<ToolBridgeHandle>;

/** The options with every default in place. */
export interface ResolvedRuntimeOptions {
  readonly projectDir: string;
  readonly modelSlots: ModelSlots;
  readonly runner: CodexRunner;
  readonly startMcpServer: StartMcpServer;
  readonly endpoint: ResponsesEndpoint | undefined;
  readonly limits: TurnLimits;
  readonly now: () => number;
}

/** @throws {RuntimeInputError} `invalid-limit` for a time limit that is no positive number. */
export function resolveRuntimeOptions(options: CodexRuntimeOptions): ResolvedRuntimeOptions {
  const { projectDir, modelSlots, endpoint } = options;
  return {
    projectDir,
    modelSlots,
    runner: options.runner ?? createSdkRunner(options),
    startMcpServer: options.startMcpServer ?? startToolBridge,
    endpoint,
    limits: {
      timeoutMs: checkLimit("timeoutMs", options.timeoutMs ?? 900_000),
      idleTimeoutMs: checkLimit("idleTimeoutMs", options.idleTimeoutMs ?? 300_000),
    },
    now: options.now ?? Date.now,
  };
}

function createSdkRunner(options: CodexRuntimeOptions): CodexRunner {
  const { isolation, codexPath, env, baseInstructions, endpoint, onWarning } = options;
  return new SdkCodexRunner({
    ...(isolation !== undefined && { isolation }),
    ...(codexPath !== undefined && { codexPath }),
    ...(env !== undefined && { env }),
    ...(baseInstructions !== undefined && { baseInstructions }),
    ...(onWarning !== undefined && { onWarning }),
    ...(endpoint?.apiKeyEnv !== undefined && { allowEnv: [endpoint.apiKeyEnv] }),
  });
}

/** A timer that is set for longer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

function checkLimit(name: string, value: number): number {
  if (value > 0 && value <= longestTimerMs) return value;
  throw new RuntimeInputError(
    "invalid-limit",
    `Expected \`${name}\` to be milliseconds from 1 to ${longestTimerMs}, got ${value}. Leave it out for the default.`,
  );
}
