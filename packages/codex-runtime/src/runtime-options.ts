import { inspect } from "node:util";
import { startToolBridge } from "@ktx/mcp-bridge";
import { defaultBaseInstructions, type IsolationMode, type IsolationScene } from "@ktx/codex-home";
import type { AccountLimits } from "@ktx/codex-events";
import { LastReport } from "@ktx/rate-limits";
import type { RateLimitGovernor } from "./rate-limit/rate-limit-governor.ts";
import {
  defaultRepairAttempts,
  type RepairPolicy,
  resolveRepairAttempts,
} from "./run/repair-policy.ts";
import type { ResolvedRuntimeOptions } from "./run/resolved-runtime-options.ts";
import { defaultRunPolicy, resolveRunPolicy, type RunPolicy } from "./run/run-policy.ts";
import { checkEndpoint } from "./secrets/check-endpoint.ts";
import { keyVariables, trimKeys } from "./secrets/key-variables.ts";
import { findSecrets, Redactor, redactValue } from "@ktx/redact";
import { type CodexTransport, createTransport } from "./transport/create-transport.ts";
import type { CodexRunner } from "./transport/codex-runner.ts";
import { createRunnerTransport } from "./transport/injected/runner-transport.ts";
import { resolveToolTransport, type ToolTransport } from "./transport/tools/tool-transport.ts";
import type { StartMcpServer } from "./transport/tools/tool-server.ts";
import type { Transport } from "./transport/transport.ts";
import { type ClockOptions, resolveClock } from "@ktx/timers";
import { configuredModels, type ModelSlots } from "./values/resolve-model.ts";
import type { ResponsesEndpoint } from "./values/responses-endpoint.ts";
import { guardWarnings } from "./values/call-back.ts";
import { RuntimeInputError } from "./values/runtime-input-error.ts";
import type { OnWarning } from "./values/runtime-warning.ts";

/** The options of a runtime; its policies hold for every call without its own. */
export interface CodexRuntimeOptions<Role extends string = string>
  extends RunPolicy, RepairPolicy, ClockOptions {
  /** The project that the tools work on. */
  readonly projectDir: string;
  /** Role → model. A role without a slot runs on `default`; the type knows those that are named here. */
  readonly modelSlots: ModelSlots<Role>;
  /**
   * The reasoning effort of every turn: one that its model lists (`readModels`); the service refuses any
   * other word. Not for a `runner`. @default the model's own
   */
  readonly reasoningEffort?: string;
  /** Runs the turns instead of ktx's own transports. @default none */
  readonly runner?: CodexRunner;
  /**
   * The connection to Codex. `exec`: each turn is a `codex exec` process. `app-server`: all threads of this program
   * with the same sign-in and settings share one warm `codex app-server` process. `auto`: the app-server, or exec where
   * this Codex has no app-server that can be used. A custom `Transport` is used as given. @default "auto"
   */
  readonly transport?: CodexTransport | Transport;
  /** Puts a transport around the one that the other options make, such as one that records it. @default none */
  readonly wrapTransport?: (transport: Transport) => Transport;
  /**
   * The way in which Codex calls the tools of a run. `dynamic`: over its own pipe, one call at a time; the model sees
   * exactly these tools. It needs the app-server, so that `transport: "auto"` does not fall back to exec. `mcp`: over an
   * MCP server on loopback, whose tools may run side by side; Codex adds its three readers of MCP resources. `auto`:
   * `dynamic` on the app-server in strict isolation, else `mcp`, as on exec and with `startMcpServer`. @default "auto"
   */
  readonly toolTransport?: ToolTransport;
  /** Starts the server that offers the tools. @default `startToolBridge` of `@ktx/mcp-bridge` */
  readonly startMcpServer?: StartMcpServer;
  /** Any Responses-compatible service. @default the signed-in OpenAI account */
  readonly endpoint?: ResponsesEndpoint;
  /**
   * `strict`: the model sees this run's tools and nothing else of this machine. `host`: the user's own Codex configuration, instructions and tools apply. @default "strict"
   */
  readonly isolation?: IsolationMode;
  /** Another Codex binary. @default that of the variable `KTX_CODEX_PATH`, else the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** The source of the child's variables; only an allow-list gets through. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** The base instructions of the model, before the user's text, in strict isolation. @default one short sentence */
  readonly baseInstructions?: string;
  /**
   * Called once for each warning, including those about failed callbacks. An error that it throws is a process
   * warning. @default a Node process warning
   */
  readonly onWarning?: OnWarning;
  /**
   * Shares the account's limits with every other run of the same governor: runs wait for the reset of a limit
   * instead of failing, and for that of a window that the account reports as used up. @default none
   */
  readonly rateLimits?: RateLimitGovernor;
  /** Adds prompts, answers, arguments and results to the spans of `runTraceChannelName`. @default false */
  readonly traceContent?: boolean;
  /** Random numbers from 0 up to 1, for the jitter of retries. @default Math.random */
  readonly random?: () => number;
}

/**
 * @throws {RuntimeInputError} `invalid-options` without `projectDir` or `modelSlots`; `invalid-limit` for a limit out
 * of range; `invalid-endpoint` for an endpoint that cannot be used, or whose address holds a secret;
 * `unknown-transport`; `unknown-isolation`; `tool-transport`; `invalid-reasoning-effort` for no word in lower case.
 */
export function resolveRuntimeOptions(options: CodexRuntimeOptions): ResolvedRuntimeOptions {
  checkNeeded(options);
  const { projectDir, modelSlots, endpoint } = options;
  const keyNames = keyVariables(endpoint?.apiKeyEnv);
  checkIsolation(options.isolation);
  checkReasoningEffort(options.reasoningEffort);
  const findOwnSecrets = (): readonly string[] => findSecrets(options.env ?? process.env, keyNames);
  const onWarning = guardWarnings(options.onWarning);
  if (endpoint !== undefined) checkEndpoint(endpoint, findOwnSecrets());
  const { rateLimits } = options;
  const opened = openTransport(options);
  const transport = options.wrapTransport?.(opened) ?? opened;
  const clock = resolveClock(options);
  return {
    projectDir,
    modelSlots,
    transport,
    ownsTransport: usesOwnTransport(options) || options.runner !== undefined,
    endpoint,
    isolation: usesOwnTransport(options) ? describeScene(options) : undefined,
    policy: resolveRunPolicy(options, defaultRunPolicy),
    repairAttempts: resolveRepairAttempts(options, defaultRepairAttempts),
    rateLimits,
    limits: new LastReport<AccountLimits>({
      clock,
      ask: transport.readLimits?.bind(transport),
      onReport: (limits) => rateLimits?.reportLimits(limits),
    }),
    findSecrets: findOwnSecrets,
    warn: (warning) => onWarning(redactValue(warning, new Redactor(findOwnSecrets()).redact)),
    clock,
    traceContent: options.traceContent ?? false,
    random: options.random ?? Math.random,
  };
}

function checkNeeded(options: Partial<CodexRuntimeOptions> | null | undefined): void {
  if (typeof options?.projectDir === "string" && options.modelSlots) return;
  throw new RuntimeInputError(
    "invalid-options",
    'Expected options with `projectDir`, a path, and `modelSlots`, such as `{ default: "gpt-5.5" }`.',
  );
}

/** A typing error must not let the model out of its isolation. */
function checkIsolation(isolation: unknown): void {
  if (isolation === undefined || isolation === "strict" || isolation === "host") return;
  throw new RuntimeInputError(
    "unknown-isolation",
    `Expected \`isolation\` to be "strict" or "host", got ${inspect(isolation)}. Leave it out for "strict".`,
  );
}

/** On exec it is in the arguments of the process, so that no other text may take its place. */
function checkReasoningEffort(effort: unknown): void {
  if (effort === undefined || (typeof effort === "string" && /^[a-z]{1,20}$/.test(effort))) return;
  throw new RuntimeInputError(
    "invalid-reasoning-effort",
    'Expected `reasoningEffort` to be a word in lower case, such as "low" or "high". `readModels` lists those of each model.',
  );
}

function usesOwnTransport({ runner, transport }: CodexRuntimeOptions): boolean {
  return runner === undefined && !isTransport(transport);
}

/** An object without its method is refused, as an unknown name is. */
function isTransport(transport: CodexRuntimeOptions["transport"]): transport is Transport {
  return typeof transport === "object" && typeof transport?.openThread === "function";
}

/** The bridge of a thread that its program leaves open does not keep the program alive; a turn does. */
const startBridge: StartMcpServer = (input) => startToolBridge({ ...input, keepsAlive: false });

function openTransport(options: CodexRuntimeOptions): Transport {
  const { projectDir, runner, transport = "auto", endpoint, ...launch } = options;
  if (isTransport(transport)) return transport;
  const { isolation, codexPath, env, baseInstructions, onWarning, reasoningEffort } = launch;
  const servers = { projectDir, startMcpServer: options.startMcpServer ?? startBridge };
  const toolTransport = toolTransportOf(options);
  if (runner !== undefined)
    return createRunnerTransport({ ...servers, runner, ...(endpoint && { endpoint }) });
  const needsPipe = transport === "auto" && options.toolTransport === "dynamic";
  return createTransport(needsPipe ? "app-server" : transport, {
    ...servers,
    toolTransport,
    models: configuredModels(options.modelSlots, { customEndpoint: endpoint !== undefined }),
    ...(endpoint && { endpoint }),
    ...(isolation !== undefined && { isolation }),
    ...(codexPath !== undefined && { codexPath }),
    ...(env !== undefined && { env }),
    ...(baseInstructions !== undefined && { baseInstructions }),
    ...(onWarning !== undefined && { onWarning }),
    ...(reasoningEffort !== undefined && { settings: { model_reasoning_effort: reasoningEffort } }),
    ...(endpoint?.apiKeyEnv !== undefined && { allowEnv: [endpoint.apiKeyEnv] }),
  });
}

/** @throws {RuntimeInputError} `tool-transport`. */
function toolTransportOf(options: CodexRuntimeOptions): "dynamic" | "mcp" {
  const { toolTransport, transport = "auto", isolation, startMcpServer, runner } = options;
  return resolveToolTransport({
    toolTransport,
    transport: isTransport(transport) ? "auto" : transport,
    isolation,
    hasOwnServer: startMcpServer !== undefined || runner !== undefined,
  });
}

function describeScene(options: CodexRuntimeOptions): IsolationScene {
  return {
    isolation: options.isolation ?? "strict",
    toolTransport: toolTransportOf(options),
    env: trimKeys(options.env ?? process.env, keyVariables()).env,
    platform: process.platform,
    projectDir: options.projectDir,
    baseInstructions: options.baseInstructions ?? defaultBaseInstructions,
    ...(options.endpoint && { baseUrl: options.endpoint.baseUrl }),
  };
}
