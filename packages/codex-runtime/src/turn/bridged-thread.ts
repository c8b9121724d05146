import { AsyncLocalStorage } from "node:async_hooks";
import type { ThreadEvent, TurnState } from "@ktx/codex-events";
import type { ToolBridgeHandle, ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import { announceBudget, type BudgetUse } from "../bounds/announce-budget.ts";
import type { RunBudgets } from "../bounds/run-budgets.ts";
import type { ResolvedRunPolicy } from "../bounds/run-policy.ts";
import { buildCodexConfig } from "../build-codex-config.ts";
import { warnOfCallback } from "../call-back.ts";
import type { CodexRunner, CodexThread, CodexThreadInput } from "../codex-runner.ts";
import { Redactor } from "../secrets/redactor.ts";
import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { observeExecution } from "../tools/observe-execution.ts";
import { offerToCodex } from "../tools/offer-to-codex.ts";
import { StartedTools } from "../tools/started-tools.ts";
import { wrapTools } from "../tools/wrap-tools.ts";
import { runTurn, type TurnRun } from "./run-turn.ts";
import { settleWithin } from "./settle-within.ts";

/** What a thread is opened with; it holds for all its turns. */
export interface BridgedThreadInput {
  readonly model: string;
  readonly toolSet: ToolSet;
  /** Told of each tool call as it happens. */
  readonly toolObserver?: ToolObserver;
  readonly policy: ResolvedRunPolicy;
  /** Of all turns together. */
  readonly budgets: RunBudgets;
  /** How often Codex may reconnect by itself, where that can be set. */
  readonly streamRetries: number;
  /** True for a thread that is to take further turns, where the runner has such. */
  readonly keep: boolean;
}

/** What one turn is run with, checked. */
export interface BridgedTurnInput {
  readonly prompt: string;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly policy: ResolvedRunPolicy;
  readonly budgets: RunBudgets;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => void | Promise<void>;
  /** Takes the names of the tools that the turn starts. */
  readonly started: StartedTools;
}

/** How long what was started for a thread may take to end. A bridge that somebody else wrote may not. */
const closeTimeoutMs = 10_000;

/**
 * A thread of Codex with its tools offered over a bridge of its own. Both are started by the first turn,
 * so that what keeps them from starting is a failure of it, and ended by disposing.
 */
export class BridgedThread implements AsyncDisposable {
  readonly #options: ResolvedRuntimeOptions;
  readonly #input: BridgedThreadInput;
  readonly #offered: ToolSet;
  readonly #toolNames: readonly string[];
  #bridge: Promise<ToolBridgeHandle> | undefined;
  #closing: Promise<void> | undefined;
  #thread: CodexThread | undefined;
  readonly #redactor: Redactor;
  /** Undefined as long as nothing can tell. */
  #toolsListed: boolean | undefined;
  #use: BudgetUse = { steps: 0, toolCalls: 0 };
  #started = new StartedTools();
  /** The async context of the present turn, in which its tools run, whatever the bridge is called from. */
  #inTurn = AsyncLocalStorage.snapshot();
  /** Told of the calls where the bridge does not tell of them. */
  #executionObserver: ToolObserver | undefined;
  #executions = 0;

  /** @throws {ToolBridgeError} for tools that cannot be offered. */
  constructor(options: ResolvedRuntimeOptions, input: BridgedThreadInput) {
    this.#options = options;
    this.#input = input;
    this.#offered = offerToCodex(input.toolSet);
    this.#toolNames = Object.values(this.#offered).map(({ name }) => name);
    this.#redactor = new Redactor(options.findSecrets());
  }

  /** @throws the signal's reason when it fired before anything was started. */
  async runTurn(turn: BridgedTurnInput): Promise<TurnRun> {
    turn.signal?.throwIfAborted();
    const before = this.#use;
    this.#started = turn.started;
    this.#inTurn = AsyncLocalStorage.snapshot();
    const run = await runTurn({
      model: this.#input.model,
      open: async (context) => {
        // The tools of a turn that is broken off are let go at once.
        context.signal.addEventListener("abort", () => void this.#closeBridge(), { once: true });
        this.#thread ??= await this.#open();
        const { prompt, outputSchema } = turn;
        return this.#thread.runStreamed({
          prompt,
          ...(outputSchema && { outputSchema }),
          ...context,
        });
      },
      limits: turn.policy,
      budgets: turn.budgets,
      redactor: this.#redactor,
      clock: this.#options.clock,
      ...(turn.signal && { signal: turn.signal }),
      onEvent: (event, state) => {
        this.#use = {
          steps: before.steps + state.facts.stepCount,
          toolCalls: before.toolCalls + state.facts.toolCallCount,
        };
        return turn.onEvent?.(event, state);
      },
    });
    return {
      ...run,
      hasTools: this.#toolNames.length > 0,
      ...(this.#toolsListed !== undefined && { toolsListed: this.#toolsListed }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await settleWithin(this.#thread?.[Symbol.asyncDispose](), closeTimeoutMs);
    await this.#closeBridge();
  }

  async #open(): Promise<CodexThread> {
    const { projectDir, endpoint, runner } = this.#options;
    const { model, policy, streamRetries, keep } = this.#input;
    if (this.#toolNames.length > 0) this.#bridge = this.#startBridge();
    const bridge = await this.#bridge;
    if (bridge) this.#redactor.add(bridge.bearerToken);
    const input: CodexThreadInput = {
      projectDir,
      model,
      configOverrides: buildCodexConfig({
        ...(bridge && { bridge, toolNames: this.#toolNames }),
        ...(endpoint && { endpoint }),
        streamRetries,
        toolTimeoutMs: policy.timeoutMs,
      }),
      env: bridge ? { [bridge.bearerTokenEnvVar]: bridge.bearerToken } : {},
    };
    return (keep ? runner.openThread?.(input) : undefined) ?? openOneTurnThread(runner, input);
  }

  async #startBridge(): Promise<ToolBridgeHandle> {
    const { startMcpServer, projectDir } = this.#options;
    const bridge = await startMcpServer({ projectDir, toolSet: this.#offerTools() });
    this.#observe(bridge);
    return bridge;
  }

  /** The tools as they are offered: each tells of its start, since Codex's events may not. */
  #offerTools(): ToolSet {
    const { policy, budgets } = this.#input;
    const announcing = policy.announceBudget
      ? announceBudget(this.#offered, budgets, () => this.#use)
      : this.#offered;
    const listener = {
      findObserver: () => this.#executionObserver,
      nextCallId: () => (this.#executions += 1),
      onError: (error: unknown) => this.#warnOfObserver(error),
    };
    return wrapTools(announcing, (execute, { name }, alias) =>
      observeExecution(
        (input, context) =>
          this.#inTurn(() => {
            this.#started.start(name);
            return execute(input, context);
          }),
        { alias, name },
        listener,
      ),
    );
  }

  #observe(bridge: ToolBridgeHandle): void {
    const { toolObserver = {} } = this.#input;
    if (bridge.observe === undefined) {
      this.#executionObserver = toolObserver;
      return;
    }
    this.#toolsListed = false;
    bridge.observe({
      onToolsListed: () => {
        this.#toolsListed = true;
      },
    });
    bridge.observe(toolObserver, (error) => this.#warnOfObserver(error));
  }

  #warnOfObserver(error: unknown): void {
    warnOfCallback("toolObserver", error, this.#options.warn);
  }

  /** Ends the bridge, also one that is still starting; once. */
  #closeBridge(): Promise<void> {
    this.#closing ??= settleWithin(
      this.#bridge?.then((bridge) => bridge.close()),
      closeTimeoutMs,
    );
    return this.#closing;
  }
}

/** Where each turn is a thread of its own. */
function openOneTurnThread(runner: CodexRunner, input: CodexThreadInput): CodexThread {
  return {
    runStreamed: (turn) => runner.runStreamed({ ...input, ...turn }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
