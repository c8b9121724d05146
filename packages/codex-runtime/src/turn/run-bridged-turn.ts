import type { ThreadEvent, TurnState } from "@ktx/codex-events";
import {
  resolveToolSet,
  type ToolBridgeHandle,
  type ToolObserver,
  type ToolSet,
} from "@ktx/mcp-bridge";
import { announceBudget, type BudgetUse } from "../bounds/announce-budget.ts";
import type { RunBudgets } from "../bounds/run-budgets.ts";
import type { ResolvedRunPolicy } from "../bounds/run-policy.ts";
import { buildCodexConfig } from "../build-codex-config.ts";
import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { createRedaction } from "./redact-secrets.ts";
import { runTurn, type TurnRun } from "./run-turn.ts";
import { settleWithin } from "./settle-within.ts";

/** One turn as the runtime's methods ask for it, checked. */
export interface BridgedTurn {
  readonly model: string;
  readonly prompt: string;
  readonly toolSet: ToolSet;
  /** Told of each tool call as it happens. */
  readonly toolObserver?: ToolObserver;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly policy: ResolvedRunPolicy;
  readonly budgets: RunBudgets;
  /** How often Codex may reconnect by itself, where that can be set. */
  readonly streamRetries: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => void | Promise<void>;
}

/**
 * Runs a turn with its tools offered over a bridge of its own, which is closed in every case. A bridge
 * that does not start is a failure of the turn.
 *
 * @throws {ToolBridgeError} for tools that can not be offered; the signal's reason when it fired
 * before anything was started.
 */
export async function runBridgedTurn(
  options: ResolvedRuntimeOptions,
  turn: BridgedTurn,
): Promise<TurnRun> {
  const { projectDir, endpoint } = options;
  const { model, prompt, policy, budgets, signal } = turn;
  const toolNames = resolveToolSet(turn.toolSet).map(({ tool }) => tool.name);
  signal?.throwIfAborted();
  let toolsListed = false;
  const observer: ToolObserver = {
    ...turn.toolObserver,
    onToolsListed: (event) => {
      toolsListed = true;
      turn.toolObserver?.onToolsListed?.(event);
    },
  };
  let use: BudgetUse = { steps: 0, toolCalls: 0 };
  const toolSet = policy.announceBudget
    ? announceBudget(turn.toolSet, budgets, () => use)
    : turn.toolSet;
  let starting: Promise<ToolBridgeHandle> | undefined;
  let redact = createRedaction(options.secrets);
  const run = await runTurn({
    model,
    open: async (context) => {
      if (toolNames.length > 0)
        starting = options.startMcpServer({
          projectDir,
          toolSet,
          observer,
          ...(signal && { signal }),
        });
      const bridge = await starting;
      if (bridge) redact = createRedaction([...options.secrets, bridge.bearerToken]);
      return options.runner.runStreamed({
        projectDir,
        model,
        prompt,
        configOverrides: buildCodexConfig({
          ...(bridge && { bridge, toolNames }),
          ...(endpoint && { endpoint }),
          streamRetries: turn.streamRetries,
          toolTimeoutMs: policy.timeoutMs,
        }),
        env: bridge ? { [bridge.bearerTokenEnvVar]: bridge.bearerToken } : {},
        ...(turn.outputSchema && { outputSchema: turn.outputSchema }),
        ...context,
      });
    },
    limits: policy,
    budgets,
    redact: (text) => redact(text),
    now: options.now,
    ...(signal && { signal }),
    onEvent: (event, state) => {
      use = { steps: state.facts.stepCount, toolCalls: state.facts.toolCallCount };
      return turn.onEvent?.(event, state);
    },
  });
  await settleWithin(
    starting?.then((bridge) => bridge.close()),
    closeTimeoutMs,
  );
  return { ...run, ...(toolNames.length > 0 && { toolsListed }) };
}

/** A bridge closes at once; one that somebody else wrote may not. */
const closeTimeoutMs = 10_000;
