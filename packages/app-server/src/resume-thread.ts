import { TurnEndedError } from "@ktx/codex-process";
import { wait } from "@ktx/timers";
import type { AppServer } from "./app-server.ts";
import { ServerThread } from "./server-thread.ts";
import { asStoredThreadError, StoredThreadError } from "./stored-thread-error.ts";
import type { OnRequest } from "./thread-routes.ts";
import { findOtherTools } from "./stored-tools.ts";
import { type ThreadStart, threadStartTimeoutMs } from "./thread-start.ts";

/** A thread on disk that goes on, or a copy of it that does. */
export interface ThreadResume extends Pick<
  ThreadStart,
  "model" | "workingDirectory" | "config" | "baseInstructions"
> {
  readonly threadId: string;
  /** The names of the dynamic tools that are there to be called. */
  readonly toolNames: readonly string[];
  /** A copy, up to this turn; up to its end without one. @default the thread itself */
  readonly fork?: { readonly lastTurnId?: string | undefined };
}

/**
 * Opens a thread on disk, or a copy of it. Its developer instructions and dynamic tools are those with which it was
 * started: Codex takes no others (0.163.0).
 *
 * @param onRequest Answers the requests of Codex for the thread.
 * @throws the errors of `AppServer.openThread`; `StoredThreadError` for one that is unknown, in use,
 * or was started with other tools.
 */
export async function resumeThread(
  server: AppServer,
  { threadId, toolNames, workingDirectory, fork, ...params }: ThreadResume,
  onRequest: OnRequest,
): Promise<ServerThread> {
  // Codex would join the open thread, and both would get its messages.
  if (fork === undefined && !server.claimThread(threadId))
    throw new StoredThreadError("in-use", threadId);
  try {
    const method = fork === undefined ? "thread/resume" : "thread/fork";
    const request = {
      ...params,
      threadId,
      cwd: workingDirectory,
      sandbox: "read-only",
      approvalPolicy: "never",
      excludeTurns: true,
      ...(fork?.lastTurnId !== undefined && { lastTurnId: fork.lastTurnId }),
    };
    const answered = { timeoutMs: threadStartTimeoutMs, onRequest };
    const opened = await onceClosed(() => server.openThread(method, request, answered));
    return await checkTools(new ServerThread(server, opened), toolNames);
  } catch (error) {
    if (fork === undefined) server.releaseThread(threadId);
    throw asStoredThreadError(error, threadId);
  }
}

/** Leaves a thread whose model would call tools that are not there, or not know those that are. */
async function checkTools(
  thread: ServerThread,
  toolNames: readonly string[],
): Promise<ServerThread> {
  const { path } = thread;
  const detail = path === undefined ? undefined : await findOtherTools(path, toolNames);
  if (detail === undefined) return thread;
  await thread[Symbol.asyncDispose]();
  throw new StoredThreadError("other-tools", thread.id, { detail });
}

/** Milliseconds between two tries. */
const retryMs = 20;

/** Tries, by the refusal: Codex closes a thread in milliseconds, and another process may close it just now. */
const mostTries: readonly (readonly [RegExp, number])[] = [
  [/ is closing; retry /, 150],
  [/already has an active writer/, 25],
];

/** A thread that was just left is refused until Codex has closed it (0.163.0). */
async function onceClosed<Result>(open: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      if (tries >= triesOf(error)) throw error;
      await wait(retryMs, undefined);
    }
  }
}

function triesOf(error: unknown): number {
  const refusal = error instanceof TurnEndedError ? (error.exit.refusal?.message ?? "") : "";
  return mostTries.find(([pattern]) => pattern.test(refusal))?.[1] ?? 1;
}
