import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { BridgedThread, type BridgedThreadInput, type BridgedTurnInput } from "./bridged-thread.ts";
import type { TurnRun } from "./run-turn.ts";

/** One turn as the runtime's methods ask for it, checked, with the thread that it needs. */
export interface BridgedTurn extends Omit<BridgedThreadInput, "keep">, BridgedTurnInput {}

/**
 * Runs a turn in a thread of its own, with its tools offered over a bridge of its own, which are ended in
 * every case. A bridge that does not start is a failure of the turn.
 *
 * @throws {ToolBridgeError} for tools that can not be offered; the signal's reason when it fired
 * before anything was started.
 */
export async function runBridgedTurn(
  options: ResolvedRuntimeOptions,
  turn: BridgedTurn,
): Promise<TurnRun> {
  await using thread = new BridgedThread(options, { ...turn, keep: false });
  return await thread.runTurn(turn);
}
