import type { AppServer } from "./app-server.ts";
import { type HistoryItem, injectHistory } from "./history.ts";
import type { KeptThread } from "./kept-thread.ts";
import { resumeThread } from "./resume-thread.ts";
import { ServerThread } from "./server-thread.ts";
import type { OnRequest } from "./thread-routes.ts";
import { startThread, type ThreadStart } from "./thread-start.ts";

export interface ThreadOpening extends Omit<ThreadStart, "keep"> {
  /** Its place on disk. @default the thread is only in memory */
  readonly kept?: KeptThread | undefined;
  /** The conversation before the first turn of a new thread. @default none */
  readonly history?: readonly HistoryItem[] | undefined;
  /** The namespace in which the model sees the tools of that conversation. @default none */
  readonly toolNamespace?: string | undefined;
  /** The names of the dynamic tools. */
  readonly toolNames: readonly string[];
}

/**
 * Opens a new thread, with the conversation before it, or one that is on disk.
 *
 * @throws the errors of `startThread`, `injectHistory` and `resumeThread`.
 */
export async function openThread(
  server: AppServer,
  { kept, history = [], toolNamespace, toolNames, ...start }: ThreadOpening,
  onRequest: OnRequest,
): Promise<ServerThread> {
  if (kept === undefined || kept.from === "new") {
    const begin = { ...start, keep: kept !== undefined };
    const opened = new ServerThread(server, await startThread(server, begin, onRequest));
    await injectHistory(server, opened.id, history, toolNamespace);
    return opened;
  }
  const { model, workingDirectory, config, baseInstructions } = start;
  const resume = {
    model,
    workingDirectory,
    config,
    threadId: kept.threadId,
    toolNames,
    ...(baseInstructions !== undefined && { baseInstructions }),
    ...(kept.from === "fork" && { fork: { lastTurnId: kept.lastTurnId } }),
  };
  return resumeThread(server, resume, onRequest);
}
