import { ProcessFailure, TurnEndedError } from "@ktx/codex-process";
import {
  type KeptThreads,
  type StoredMessage,
  type StoredThread,
  StoredThreadError,
} from "@ktx/app-server";
import { CodexError } from "../values/codex-error.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { classifyThrown } from "./find-turn-failure.ts";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import type { RuntimeScope } from "./runtime-scope.ts";

interface Interruptible {
  readonly abortSignal?: AbortSignal;
}

/** The threads on disk of a runtime's sign-in: those that were opened with `persist: true`, and their forks. */
export interface ThreadStore {
  /** The last used one first. A thread without a turn is not on disk. */
  list(input?: Interruptible): Promise<readonly StoredThread[]>;
  /** The prompts and answers of a thread. @throws {CodexError} `thread-unavailable` for an unknown one. */
  messages(id: string, input?: Interruptible): Promise<readonly StoredMessage[]>;
  /** Deletes a thread, with all that ktx's home holds of it. @throws {CodexError} `thread-unavailable`. */
  delete(id: string, input?: Interruptible): Promise<void>;
}

/** @throws {RuntimeInputError} `threads-not-kept`. */
export function openThreadStore(
  { transport }: Pick<ResolvedRuntimeOptions, "transport">,
  scope: RuntimeScope,
): ThreadStore {
  const { keptThreads } = transport;
  if (keptThreads === undefined || transport.can.keepsThreads !== true) throw threadsNotKept();
  const ask = <Result>(
    { abortSignal }: Interruptible,
    work: (threads: KeptThreads, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> =>
    scope.run(abortSignal, async (signal) => {
      try {
        return await work(keptThreads, signal);
      } catch (error) {
        if (!isOfCodex(error)) throw error;
        throw new CodexError(classifyThrown(error, ""), { cause: error });
      }
    });
  return {
    list: (input = {}) => ask(input, (threads, signal) => threads.list(signal)),
    messages: (id, input = {}) => ask(input, (threads, signal) => threads.messages(id, signal)),
    delete: (id, input = {}) => ask(input, (threads, signal) => threads.delete(id, signal)),
  };
}

/** Other errors are of the caller's input or machine, and speak for themselves. */
function isOfCodex(error: unknown): boolean {
  return [StoredThreadError, TurnEndedError, ProcessFailure].some((kind) => error instanceof kind);
}

/** The refusal of a thread on disk where the transport has none. */
export function threadsNotKept(): RuntimeInputError {
  return new RuntimeInputError(
    "threads-not-kept",
    'Expected a transport that keeps threads on disk: "app-server" or "auto", with `isolation: "strict"`. With "host", Codex would put them into the user\'s own list. Leave out `persist`, or change the options of the runtime.',
  );
}
