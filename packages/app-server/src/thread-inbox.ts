import type { ServerNotification } from "@ktx/codex-events/app-server";
import type { AnnouncedWait } from "@ktx/codex-home";
import { OutputLimitError } from "@ktx/codex-process";
import { mergeDeltas } from "./merge-deltas.ts";
import type { Hold } from "./server-process.ts";

/** A message of a thread, or a wait that is announced without one. */
export type ThreadMessage = ServerNotification | AnnouncedWait;

export interface InboxLimits {
  /** Characters of unread messages above which pieces of a text are merged. @default 64 Ki */
  readonly merging?: number;
  /** Characters of unread messages above which Codex waits for the results of the thread's tools. @default 1 Mi */
  readonly highWater?: number;
  /** Characters of unread messages above which the thread ends. @default 64 Mi */
  readonly most?: number;
}

interface UnreadMessage {
  message: ThreadMessage;
  size: number;
  /** A newer one of its method replaces it. */
  news?: boolean;
}

/** The last unread messages among which an old state is looked for. */
const mostNews = 16;

/**
 * The unread messages of one thread. Its reader may be slow without an effect on other threads: pieces of a text are
 * merged, `whenDrained` lets the results of the thread's tools wait, and above a limit the thread ends.
 */
export class ThreadInbox {
  /** Keeps this process alive while the thread takes a turn. */
  hold: Hold | undefined;
  readonly #merging: number;
  readonly #highWater: number;
  readonly #most: number;
  #messages: UnreadMessage[] = [];
  #size = 0;
  #end: Error | undefined;
  #arrived = Promise.withResolvers<void>();
  #drained: PromiseWithResolvers<void> | undefined;

  constructor({
    merging = 64 * 1024,
    highWater = 1024 * 1024,
    most = 64 * 1024 * 1024,
  }: InboxLimits = {}) {
    this.#merging = merging;
    this.#highWater = highWater;
    this.#most = most;
  }

  /** Nothing arrives after the end. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** @param size Characters of the message on the pipe. */
  push(message: ThreadMessage, size: number): void {
    if (this.ended) return;
    const last = this.#size > this.#merging ? this.#messages.at(-1) : undefined;
    const merged = last && mergeDeltas(last.message, message);
    if (last !== undefined && merged !== undefined) {
      last.message = merged.message;
      last.size += merged.growth;
      this.#size += merged.growth;
    } else {
      this.#messages.push({ message, size });
      this.#size += size;
    }
    if (this.#size > this.#most) this.end(new OutputLimitError("unread messages", this.#most));
    this.#arrived.resolve();
  }

  /**
   * Takes the newest state of something that all threads share, such as the account's limits: it replaces an unread
   * one of the same method, so that a thread which nobody reads for long does not fill up.
   */
  pushNews(message: ServerNotification, size: number): void {
    const old = this.#messages
      .slice(-mostNews)
      .find((unread) => unread.news === true && isOf(unread.message, message.method));
    if (old === undefined) {
      this.push(message, size);
      const added = this.#messages.at(-1);
      if (added?.message === message) added.news = true;
      return;
    }
    this.#size += size - old.size;
    old.message = message;
    old.size = size;
  }

  /** Ends the inbox: the messages so far can still be read, unless they exceed the limit. The first end counts. */
  end(error: Error): void {
    this.#end ??= error;
    if (this.#size > this.#most) this.#messages = [];
    this.#arrived.resolve();
    this.#drained?.resolve();
  }

  /**
   * The next message, in the order of arrival.
   *
   * @throws the error that ended it.
   */
  async next(): Promise<ThreadMessage> {
    for (;;) {
      const first = this.#messages.shift();
      if (first !== undefined) {
        this.#size -= first.size;
        if (this.#size <= this.#highWater) this.#drained?.resolve();
        return first.message;
      }
      if (this.#end !== undefined) throw this.#end;
      this.#arrived = Promise.withResolvers<void>();
      await this.#arrived.promise;
    }
  }

  /** Resolves once the reader has caught up, or the inbox has ended. */
  async whenDrained(): Promise<void> {
    if (this.#size <= this.#highWater || this.ended) return;
    this.#drained ??= Promise.withResolvers<void>();
    await this.#drained.promise;
    this.#drained = undefined;
  }
}

function isOf(message: ThreadMessage, method: string): boolean {
  return message.type === "notification" && message.method === method;
}
