import type { StoredMessage } from "./stored-turns.ts";
import type { StoredThread } from "./stored-threads.ts";

/** The place of a thread that stays on disk after its last turn. */
export type KeptThread =
  | { readonly from: "new" }
  | { readonly from: "resume"; readonly threadId: string }
  /** A copy, up to the end of this turn; up to its own end without one. */
  | { readonly from: "fork"; readonly threadId: string; readonly lastTurnId?: string | undefined };

/** The threads on disk. Each method throws the errors of a start of Codex, and the reason of the signal. */
export interface KeptThreads {
  /** The last used one first. */
  list(signal: AbortSignal): Promise<readonly StoredThread[]>;
  /** @throws {StoredThreadError} for an unknown thread. */
  messages(threadId: string, signal: AbortSignal): Promise<readonly StoredMessage[]>;
  /** @throws {StoredThreadError} for an unknown thread, and one that is in use. */
  delete(threadId: string, signal: AbortSignal): Promise<void>;
}
