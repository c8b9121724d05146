import type { HistoryItem } from "../history.ts";
import type { KeptThread, KeptThreads } from "../kept-thread.ts";
import { StoredThreadError } from "../stored-thread-error.ts";

/** The conversation of a thread in memory. */
export interface Conversation {
  readonly id: string;
  readonly said: HistoryItem[];
}

interface KeptConversation extends Conversation {
  isInUse: boolean;
  model: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

/** Threads for tests: those that are kept stay in memory, as Codex's stay on disk. */
export class MemoryThreads implements KeptThreads {
  readonly #kept = new Map<string, KeptConversation>();
  readonly #prefix: string;
  #count = 0;

  /** @param prefix The beginning of each id. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @throws {StoredThreadError} for a thread that is unknown or in use. */
  open(model: string, history: readonly HistoryItem[], kept?: KeptThread): Conversation {
    if (kept?.from === "resume") return this.#take(kept.threadId, model);
    const said = kept?.from === "fork" ? this.#copy(kept) : [...history];
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    if (kept === undefined) return { id, said };
    const now = new Date();
    const conversation = { id, said, isInUse: true, model, createdAt: now, updatedAt: now };
    this.#kept.set(id, conversation);
    return conversation;
  }

  close(id: string): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined) kept.isInUse = false;
  }

  /** Notes that a turn has ended. Returns a name for this place in the conversation. */
  endTurn({ id, said }: Conversation): string {
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      kept.updatedAt = new Date();
      // Their order is that of their last turns.
      this.#kept.delete(id);
      this.#kept.set(id, kept);
    }
    return String(said.length);
  }

  list(): ReturnType<KeptThreads["list"]> {
    const threads = Array.from(
      this.#kept.values(),
      ({ said, id, model, createdAt, updatedAt }) => ({
        id,
        model,
        createdAt,
        updatedAt,
        firstPrompt: messagesOf(said).find(({ role }) => role === "user")?.text ?? "",
      }),
    );
    return Promise.resolve(threads.toReversed());
  }

  async messages(id: string): ReturnType<KeptThreads["messages"]> {
    return messagesOf(this.#find(id).said);
  }

  async delete(id: string): Promise<void> {
    if (this.#find(id).isInUse) throw new StoredThreadError("in-use", id);
    this.#kept.delete(id);
  }

  #take(id: string, model: string): Conversation {
    const conversation = this.#find(id);
    if (conversation.isInUse) throw new StoredThreadError("in-use", id);
    conversation.isInUse = true;
    conversation.model = model;
    return conversation;
  }

  #copy({ threadId, lastTurnId }: Extract<KeptThread, { from: "fork" }>): HistoryItem[] {
    const { said } = this.#find(threadId);
    return said.slice(0, lastTurnId === undefined ? undefined : Number(lastTurnId));
  }

  #find(id: string): KeptConversation {
    const conversation = this.#kept.get(id);
    if (conversation === undefined) throw new StoredThreadError("unknown", id);
    return conversation;
  }
}

function messagesOf(
  said: readonly HistoryItem[],
): Extract<HistoryItem, { readonly type: "message" }>[] {
  return said.filter((item) => item.type === "message");
}
