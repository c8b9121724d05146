import { forgetDeletedThreads } from "@ktx/codex-home";
import type { ProcessLease } from "./app-server-pool.ts";
import type { KeptThreads } from "./kept-thread.ts";
import { deleteStoredThread, listStoredThreads } from "./stored-threads.ts";
import { readStoredMessages } from "./stored-turns.ts";

/**
 * The threads on disk of a home, as its process knows them.
 *
 * @param lease Lends the process whose threads stay on disk, for one request.
 */
export function keptThreadsOf(lease: (signal: AbortSignal) => Promise<ProcessLease>): KeptThreads {
  const use = async <Result>(
    signal: AbortSignal,
    work: (lent: ProcessLease) => Promise<Result>,
  ): Promise<Result> => {
    await using lent = await lease(signal);
    return await work(lent);
  };
  return {
    list: (signal) => use(signal, ({ server }) => listStoredThreads(server, signal)),
    messages: (threadId, signal) =>
      use(signal, ({ server }) => readStoredMessages(server, threadId)),
    delete: async (threadId, signal) => {
      const home = await use(signal, async (lent) => {
        await deleteStoredThread(lent.server, threadId);
        lent.retire();
        return lent.launch.env["CODEX_HOME"];
      });
      if (home !== undefined) await forgetDeletedThreads(home);
    },
  };
}
