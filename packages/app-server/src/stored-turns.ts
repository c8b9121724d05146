import type { AppServer } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";
import { asStoredThreadError } from "./stored-thread-error.ts";

/** A message of a thread on disk. */
export interface StoredMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** The messages of a thread on disk, in order. @throws {StoredThreadError} for an unknown thread. */
export async function readStoredMessages(
  server: AppServer,
  threadId: string,
): Promise<readonly StoredMessage[]> {
  let answer: unknown;
  try {
    answer = await server.request("thread/read", { threadId, includeTurns: true });
  } catch (error) {
    throw asStoredThreadError(error, threadId);
  }
  const turns = fieldOf(fieldOf(answer, "thread"), "turns");
  return listOf(turns).flatMap((turn) => listOf(fieldOf(turn, "items")).flatMap(readItem));
}

function readItem(item: unknown): readonly StoredMessage[] {
  if (fieldOf(item, "type") === "agentMessage") {
    const text = fieldOf(item, "text");
    return typeof text === "string" ? [{ role: "assistant", text }] : [];
  }
  if (fieldOf(item, "type") !== "userMessage") return [];
  const texts = listOf(fieldOf(item, "content")).flatMap((part) => {
    const text = fieldOf(part, "text");
    return typeof text === "string" ? [text] : [];
  });
  return [{ role: "user", text: texts.join("\n") }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
