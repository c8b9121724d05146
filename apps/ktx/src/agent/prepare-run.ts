import { resolve } from "node:path";
import {
  CodexKtxLlmRuntime,
  checkModel,
  type ImageSource,
  RateLimitGovernor,
  type RunBudgets,
  type RunPolicy,
  type ToolFailurePolicy,
} from "@ktx/codex-runtime";
import { modelRoles, nearestName } from "@ktx/config";
import type { ApproveToolCall, ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import { approveWrites } from "../approve/approve-writes.ts";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { AdviceScene } from "../advice/next-step.ts";
import { checkEffort } from "../project/check-effort.ts";
import { asksPerson } from "../project/asks-person.ts";
import { openProject } from "../project/read-project.ts";
import { type LlmFlags, resolveLlm } from "../project/resolve-llm.ts";
import { findServiceUrl } from "../project/find-service-url.ts";
import { type NamePlace, namePlaceOf } from "../threads/thread-names.ts";
import { toToolObserver } from "./call-observer.ts";
import { openTools, type ToolSources, type UsedServer } from "./open-tools.ts";
import { describeUsage } from "./describe-usage.ts";
import type { RunObserver } from "./run-observer.ts";

/** The budgets of a run; its steps are always bounded. */
type LoopBudgets = RunBudgets & { readonly stepBudget: number };

export interface RunInput extends LlmFlags, ToolSources {
  readonly prompt: string;
  readonly system?: string | undefined;
  /** Paths of images, from the current folder. */
  readonly image?: readonly string[] | undefined;
  readonly budgets: LoopBudgets;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Minutes that the run may wait for the account's limits. */
  readonly wait: number;
  readonly onToolFailure?: ToolFailurePolicy | undefined;
  readonly role: string;
  readonly projectDir?: string | undefined;
  /** The name of the kept thread that the run begins or continues. */
  readonly thread?: string | undefined;
  /** Decides about each call of a tool that is not read-only. */
  readonly approve?: ApproveToolCall | undefined;
  /** The path of the file that gets a recording of the run. */
  readonly record?: string | undefined;
  /** Called once, where the disk takes no more of the recording. */
  readonly onRecordingLost?: ((error: unknown) => void) | undefined;
  readonly observer: RunObserver;
}

/** The prepared parts of a run. The MCP servers and the warm Codex that were started end when it is disposed. */
export interface PreparedRun extends AsyncDisposable {
  readonly runtime: CodexKtxLlmRuntime;
  readonly model: string;
  /** The address of the service; undefined for the account's own. */
  readonly endpoint: string | undefined;
  /** The URL that Codex connects to. */
  readonly serviceUrl: () => Promise<string>;
  /** The account, for the advice after a failure. */
  readonly scene: AdviceScene;
  /** False in host isolation: the threads would be in the user's own list. */
  readonly keepsThreads: boolean;
  readonly names: NamePlace;
  readonly role: string;
  readonly toolSet: ToolSet;
  readonly servers: readonly UsedServer[];
  readonly toolObserver: ToolObserver;
  readonly images: readonly ImageSource[];
  /** The bounds of the run, and the failures that fail it. */
  readonly bounds: Pick<RunPolicy, "timeoutMs" | "onToolFailure"> & LoopBudgets;
  /** The decision about calls, where anybody decides. */
  readonly approval: { readonly approveToolCall?: ApproveToolCall };
}

/** @throws {CliError} for an empty prompt. */
export function checkPrompt(prompt: string): void {
  if (prompt.trim() === "")
    throw usageError("Expected a prompt, got an empty text.", {
      next: "Write what the model should do, or pipe it in: ktx run < prompt.md",
    });
}

/** The time limit in the form of the packages. */
export function limitOf({ timeout }: Pick<RunInput, "timeout">): Pick<RunPolicy, "timeoutMs"> {
  return timeout === undefined ? {} : { timeoutMs: timeout * 1_000 };
}

/** A role of ktx.yaml, or one that ktx itself names. */
function checkRole(role: string, written: readonly string[]): string {
  const roles = new Set<string>([...modelRoles, ...written]);
  if (roles.has(role)) return role;
  const nearest = nearestName(role, [...roles]);
  const leave =
    nearest === undefined ? "Leave it out" : `Did you mean ${nearest}? Else leave it out`;
  throw usageError(`Expected --role to be one of ${[...roles].join(", ")}; got ${role}.`, {
    next: `${leave} for the default model, or give the role a model of its own in llm.models of ktx.yaml.`,
  });
}

export interface PreparationOptions {
  /** The command that the advice of an error names. @default "ktx run" */
  readonly command?: string;
  /** False where nothing may be started but MCP servers. @default true */
  readonly warm?: boolean;
  /** True where each turn belongs to a thread that goes on. @default false */
  readonly isHeld?: boolean;
  /** Runs that may run at once. @default 4 */
  readonly concurrency?: number;
}

/**
 * Checks and loads every part of a run except its prompt, and reports its start to the observer. Codex starts while
 * the modules of the tools are loaded.
 */
export async function prepareRun(
  input: Omit<RunInput, "prompt">,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode" | "stdin" | "stderr">,
  { command = "ktx run", warm = true, isHeld = false, concurrency }: PreparationOptions = {},
): Promise<PreparedRun> {
  const project = await openProject(input.projectDir, io);
  const role = checkRole(input.role, Object.keys(project.reading.written?.llm?.models ?? {}));
  const isInteractive = asksPerson(io);
  const llm = resolveLlm({ project, flags: input, env: io.env, command, isInteractive });
  const model = checkModel(llm.modelSlots[role] ?? llm.modelSlots.default, {
    customEndpoint: llm.endpoint !== undefined,
  });
  await checkEffort({ models: [model], ...llm, signal: io.signal });
  const limit = limitOf(input);
  const maxWaitMs = input.wait * 60_000;
  const rateLimits = new RateLimitGovernor({
    maxWaitMs,
    ...(concurrency !== undefined && { maxConcurrency: concurrency }),
  });
  rateLimits.subscribe((event) => {
    input.observer.onLimit(event);
    if (event.type === "usage_warning") input.observer.onWarning(describeUsage(event.window));
  });
  const { directory: projectDir } = project.discovery;
  const wrapTransport =
    input.record === undefined
      ? undefined
      : await (
          await import("../replay/recording-of.ts")
        ).recordingOf(
          input.record,
          { projectDir, apiKeyEnv: llm.endpoint?.apiKeyEnv, onLost: input.onRecordingLost },
          io,
        );
  const runtime = new CodexKtxLlmRuntime({
    ...llm,
    ...(wrapTransport && { wrapTransport }),
    projectDir: project.discovery.directory,
    rateLimits,
    onWarning: ({ message }) => input.observer.onWarning(message),
  });
  if (warm) void runtime.warm({ abortSignal: io.signal });
  const opened = await openTools(input, io, limit.timeoutMs).catch(async (error: unknown) => {
    await runtime[Symbol.asyncDispose]();
    throw error;
  });
  const { toolSet, names: tools, servers } = opened;
  const bounds = {
    ...input.budgets,
    ...(input.onToolFailure !== undefined && { onToolFailure: input.onToolFailure }),
    ...limit,
  };
  const host = llm.endpoint === undefined ? "OpenAI" : hostOf(llm.endpoint.baseUrl);
  input.observer.onStart({ model, host, tools, maxWaitMs, isHeld, ...bounds });
  const images = (input.image ?? []).map((path) => ({ path: resolve(io.cwd, path) }));
  const toolObserver = toToolObserver(input.observer);
  return {
    runtime,
    model,
    endpoint: llm.endpoint?.baseUrl,
    serviceUrl: () => findServiceUrl(llm, io.signal),
    scene: {
      ...llm.scene,
      patience: { waitMs: maxWaitMs, isHeld },
      isChat: command === "ktx chat",
    },
    keepsThreads: llm.isolation === "strict",
    names: namePlaceOf(project.discovery.directory, llm),
    role,
    toolSet,
    servers,
    toolObserver,
    images,
    bounds,
    approval: input.approve
      ? { approveToolCall: approveWrites(toolSet, input.approve, input.observer) }
      : {},
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** The host of a URL; another text stays as it is, and Codex refuses it later. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
