import type { ThreadEvent, TurnState } from "@ktx/codex-events";
import { resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { buildCodexConfig } from "../build-codex-config.ts";
import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { runTurn, type TurnRun } from "./run-turn.ts";
import type { TurnStop } from "./turn-stop.ts";

/** One turn as the runtime's methods ask for it, checked. */
export interface BridgedTurn {
  readonly model: string;
  readonly prompt: string;
  readonly toolSet: ToolSet;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => Promise<TurnStop | undefined>;
}

/**
 * Runs a turn with its tools offered over a bridge of its own, which is closed in every case.
 *
 * @throws {ToolBridgeError} for tools that can not be offered; the signal's reason when it fired
 * before anything was started.
 */
export async function runBridgedTurn(
  options: ResolvedRuntimeOptions,
  turn: BridgedTurn,
): Promise<TurnRun> {
  const { projectDir, endpoint } = options;
  const toolNames = resolveToolSet(turn.toolSet).map(({ tool }) => tool.name);
  turn.signal?.throwIfAborted();
  const bridge =
    toolNames.length === 0
      ? undefined
      : await options.startMcpServer({
          projectDir,
          toolSet: turn.toolSet,
          ...(turn.signal && { signal: turn.signal }),
        });
  try {
    return await runTurn({
      runner: options.runner,
      request: {
        projectDir,
        model: turn.model,
        prompt: turn.prompt,
        configOverrides: buildCodexConfig({
          ...(bridge && { bridge, toolNames }),
          ...(endpoint && { endpoint }),
        }),
        env: bridge ? { [bridge.bearerTokenEnvVar]: bridge.bearerToken } : {},
        ...(turn.outputSchema && { outputSchema: turn.outputSchema }),
      },
      limits: options.limits,
      now: options.now,
      ...(turn.signal && { signal: turn.signal }),
      ...(turn.onEvent && { onEvent: turn.onEvent }),
    });
  } finally {
    await bridge?.close();
  }
}
