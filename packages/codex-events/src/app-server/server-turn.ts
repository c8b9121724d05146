import type { AccountLimits } from "../failure/account-limits.ts";
import type { CodexUsage, TodoListItem } from "../thread-event.ts";
import { tokenCounts } from "../token-usage.ts";

/** The state of one app-server turn, from which its `codex exec` events are made. */
export interface ServerTurn {
  readonly threadId: string;
  readonly turnId: string;
  /** The dynamic tools of the thread; absent where it has none. */
  readonly dynamicTools?: DynamicToolNames;
  /** Tokens of the thread before and in this turn, as last reported. */
  readonly usageSoFar: CodexUsage;
  /** Tokens of this turn alone; absent until Codex reports any. */
  readonly usage?: CodexUsage;
  /** The model's plan, if it has one. */
  readonly plan?: TodoListItem;
  /** The use of the account's limits, as last reported in this turn or before it. */
  readonly limits?: AccountLimits;
  /** Milliseconds that the service asked to wait, with its last refusal in this turn. */
  readonly retryAfterMs?: number;
  /** True once the turn has ended, for any reason. */
  readonly ended: boolean;
}

/** The names that the events of dynamic tool calls have. */
export interface DynamicToolNames {
  /** In the place of the MCP server. */
  readonly server: string;
  /** The tools' own names by those that Codex knows. @default the same */
  readonly ownNames?: ReadonlyMap<string, string>;
}

/**
 * A turn without any notification yet.
 *
 * @param previous The final state of the turn before it in the same thread.
 */
export function beginServerTurn(
  ids: Pick<ServerTurn, "threadId" | "turnId" | "dynamicTools">,
  previous?: ServerTurn,
): ServerTurn {
  return {
    threadId: ids.threadId,
    turnId: ids.turnId,
    ...(ids.dynamicTools !== undefined && { dynamicTools: ids.dynamicTools }),
    usageSoFar: previous?.usageSoFar ?? {},
    ...(previous?.limits !== undefined && { limits: previous.limits }),
    ended: false,
  };
}

/**
 * The turn after a token report for its thread.
 *
 * @param last The tokens of the last response alone. The first report of a thread that was resumed or forked counts
 * its earlier turns, too (0.163.0); they are not of this turn.
 */
export function addThreadUsage(
  turn: ServerTurn,
  told: CodexUsage,
  last: CodexUsage = {},
): ServerTurn {
  const before = isEmpty(turn.usageSoFar) ? usageBefore(told, last) : turn.usageSoFar;
  const usageSoFar = { ...turn.usageSoFar, ...told };
  // When the context is full, Codex reports a full window without input and output, and counts on from there (0.163.0).
  if (!told.input_tokens && !told.output_tokens) return { ...turn, usageSoFar };
  const usage: Partial<Record<keyof CodexUsage, number>> = { ...turn.usage };
  for (const [, name] of tokenCounts) {
    const soFar = told[name];
    if (soFar === undefined) continue;
    usage[name] = (usage[name] ?? 0) + Math.max(0, soFar - (before[name] ?? 0));
  }
  return { ...turn, usageSoFar, usage };
}

function isEmpty(usage: CodexUsage): boolean {
  return Object.keys(usage).length === 0;
}

function usageBefore(told: CodexUsage, last: CodexUsage): CodexUsage {
  const before: Partial<Record<keyof CodexUsage, number>> = {};
  for (const [, name] of tokenCounts) {
    const [soFar, inLast] = [told[name], last[name]];
    if (soFar !== undefined && inLast !== undefined) before[name] = Math.max(0, soFar - inLast);
  }
  return before;
}
