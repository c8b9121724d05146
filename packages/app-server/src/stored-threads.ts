import type { AppServer } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";
import { asStoredThreadError } from "./stored-thread-error.ts";
import { UnexpectedAnswerError } from "./unexpected-answer-error.ts";

/** A thread on disk. */
export interface StoredThread {
  readonly id: string;
  /** The beginning of its first prompt. */
  readonly firstPrompt: string;
  readonly createdAt: Date;
  /** The time of its last turn. */
  readonly updatedAt: Date;
  /** The model of its last turn; undefined where Codex does not say. */
  readonly model: string | undefined;
}

/** Of one request; Codex gives the next page by a cursor. */
const pageSize = 100;

/** All threads of the process's home, the last used one first. A thread without a turn is not on disk. */
export async function listStoredThreads(
  server: AppServer,
  signal: AbortSignal,
): Promise<readonly StoredThread[]> {
  const threads: StoredThread[] = [];
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const answer = await server.request("thread/list", {
      limit: pageSize,
      sortKey: "updated_at",
      // Empty for all of them; otherwise only those of the process's own provider.
      modelProviders: [],
      ...(cursor !== undefined && { cursor }),
    });
    const page = fieldOf(answer, "data");
    if (!Array.isArray(page)) throw new UnexpectedAnswerError("thread/list", "threads", answer);
    threads.push(...page.flatMap(readThread));
    const next = fieldOf(answer, "nextCursor");
    cursor = typeof next === "string" && page.length > 0 ? next : undefined;
  } while (cursor !== undefined);
  return threads;
}

/** Deletes a thread. @throws {StoredThreadError} for one that is unknown, in use, or needed by a fork. */
export async function deleteStoredThread(server: AppServer, threadId: string): Promise<void> {
  try {
    await server.request("thread/delete", { threadId });
  } catch (error) {
    throw asStoredThreadError(error, threadId);
  }
}

function readThread(value: unknown): readonly StoredThread[] {
  const [id, preview, model] = [
    fieldOf(value, "id"),
    fieldOf(value, "preview"),
    fieldOf(value, "model"),
  ];
  if (typeof id !== "string") return [];
  return [
    {
      id,
      firstPrompt: typeof preview === "string" ? preview : "",
      createdAt: readTime(fieldOf(value, "createdAt")),
      updatedAt: readTime(fieldOf(value, "updatedAt")),
      model: typeof model === "string" ? model : undefined,
    },
  ];
}

/** Seconds since 1970. */
function readTime(value: unknown): Date {
  return new Date(typeof value === "number" ? value * 1_000 : 0);
}
