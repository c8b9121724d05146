import type { AccountLimits } from "../failure/account-limits.ts";
import type { CodexUsage, TodoListItem } from "../thread-event.ts";

/** What has to be remembered of a turn of the app-server to tell it as `codex exec` would. */
export interface ServerTurn {
  readonly threadId: string;
  readonly turnId: string;
  /** The server under whose name calls of dynamic tools are reported; absent where there are none. */
  readonly dynamicServer?: string;
  /** What the thread has used, before this turn and in it, as it was last told. */
  readonly usageSoFar: CodexUsage;
  /** The tokens of this turn alone; absent as long as none were told. */
  readonly usage?: CodexUsage;
  /** The plan that the model keeps, if it keeps one. */
  readonly plan?: TodoListItem;
  /** What the account has used of its limits, as it was last told, in this turn or before it. */
  readonly limits?: AccountLimits;
  /** True once the turn is over, however it ended. */
  readonly ended: boolean;
}

/**
 * A turn of which nothing has been heard.
 *
 * @param previous The turn before it in the same thread, as it ended.
 */
export function beginServerTurn(
  ids: Pick<ServerTurn, "threadId" | "turnId" | "dynamicServer">,
  previous?: ServerTurn,
): ServerTurn {
  return {
    threadId: ids.threadId,
    turnId: ids.turnId,
    ...(ids.dynamicServer !== undefined && { dynamicServer: ids.dynamicServer }),
    usageSoFar: previous?.usageSoFar ?? {},
    ...(previous?.limits !== undefined && { limits: previous.limits }),
    ended: false,
  };
}

/** The turn after Codex has told what its thread has used so far. */
export function addThreadUsage(turn: ServerTurn, told: CodexUsage): ServerTurn {
  const usageSoFar = { ...turn.usageSoFar, ...told };
  // Out of room, Codex tells a full window of no input and no output, and counts on from there (0.163.0).
  if (!told.input_tokens && !told.output_tokens) return { ...turn, usageSoFar };
  const usage: Partial<Record<keyof CodexUsage, number>> = { ...turn.usage };
  for (const name of usageNames) {
    const soFar = told[name];
    if (soFar === undefined) continue;
    usage[name] = (usage[name] ?? 0) + Math.max(0, soFar - (turn.usageSoFar[name] ?? 0));
  }
  return { ...turn, usageSoFar, usage };
}

const usageNames = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_output_tokens",
  "total_tokens",
] as const satisfies readonly (keyof CodexUsage)[];
