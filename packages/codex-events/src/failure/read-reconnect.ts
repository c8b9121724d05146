import type { ThreadEvent } from "../thread-event.ts";

/** An attempt of Codex to reach the service again, within the turn. */
export interface Reconnect {
  /** Counts from 1; absent while Codex waits for a network, which it does without an end (0.163.0). */
  readonly attempt?: number;
  readonly of?: number;
}

/** The reconnect that an event reports, `Reconnecting... 2/5 (<cause>)`; undefined for any other event. */
export function readReconnect(event: ThreadEvent): Reconnect | undefined {
  if (event.type !== "error") return undefined;
  const [found, attempt, of] = /^Reconnecting\.\.\. (?:(\d+)\/(\d+))?/.exec(event.message) ?? [];
  if (found === undefined) return undefined;
  return attempt === undefined ? {} : { attempt: Number(attempt), of: Number(of) };
}
