import type { CodexUsage, TodoListItem } from "../thread-event.ts";

/** What has to be remembered of a turn of the app-server to tell it as `codex exec` would. */
export interface ServerTurn {
  readonly threadId: string;
  readonly turnId: string;
  /** What the thread had used before this turn. */
  readonly usageBefore: CodexUsage;
  /** What the thread has used so far, as far as it was told in this turn. */
  readonly usageSoFar?: CodexUsage;
  /** The plan that the model keeps, if it keeps one. */
  readonly plan?: TodoListItem;
  /** True once the turn is over, however it ended. */
  readonly ended: boolean;
}

/**
 * A turn of which nothing has been heard.
 *
 * @param previous The turn before it in the same thread, as it ended.
 */
export function beginServerTurn(
  ids: Pick<ServerTurn, "threadId" | "turnId">,
  previous?: ServerTurn,
): ServerTurn {
  return {
    threadId: ids.threadId,
    turnId: ids.turnId,
    usageBefore: previous?.usageSoFar ?? previous?.usageBefore ?? {},
    ended: false,
  };
}

/** The tokens of this turn alone; undefined as long as none were told. */
export function usageOfServerTurn({ usageBefore, usageSoFar }: ServerTurn): CodexUsage | undefined {
  if (usageSoFar === undefined) return undefined;
  const usage: Partial<Record<keyof CodexUsage, number>> = {};
  for (const name of usageNames) {
    const soFar = usageSoFar[name];
    if (soFar !== undefined) usage[name] = Math.max(0, soFar - (usageBefore[name] ?? 0));
  }
  return usage;
}

const usageNames = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_output_tokens",
  "total_tokens",
] as const satisfies readonly (keyof CodexUsage)[];
