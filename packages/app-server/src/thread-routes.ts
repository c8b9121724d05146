import type { ServerNotification, ServerRequest } from "@ktx/codex-events/app-server";
import type { AnnouncedWait } from "@ktx/codex-home";
import { OutputLimitError } from "@ktx/codex-process";
import type { CutLine } from "./bounded-lines.ts";
import { fieldOf } from "./field-of.ts";
import { ThreadInbox } from "./thread-inbox.ts";

/**
 * Answers a request of Codex for one thread; undefined for a request without an answer. While Codex waits for the
 * answer, the thread does not keep this process alive: the work on the answer does.
 */
export type OnRequest = (request: ServerRequest) => Promise<unknown> | undefined;

export interface ThreadRoute {
  readonly inbox: ThreadInbox;
  readonly onRequest: OnRequest;
}

/** A message of a thread that is not open yet, or no longer. */
interface EarlyMessage {
  readonly threadId: string;
  readonly message: ServerNotification;
  readonly size: number;
}

/** Notifications that may come before the answer which names their thread, and announced waits. */
const mostKept = 256;

/** Delivers each message of a process to the inbox of its thread; a message without a thread goes to all inboxes. */
export class ThreadRoutes {
  readonly #routes = new Map<string, ThreadRoute>();
  readonly #turns = new Map<string, ThreadInbox>();
  #starting = 0;
  #early: EarlyMessage[] = [];
  /** Warnings about the process, which every thread of it gets. */
  readonly #warnings: ServerNotification[] = [];
  #earlyWaits: { turnId: string; wait: AnnouncedWait }[] = [];
  #unroutable = 0;
  #end: Error | undefined;

  /** Messages for a thread that is not open here. */
  get unroutable(): number {
    return this.#unroutable;
  }

  get size(): number {
    return this.#routes.size;
  }

  /** A thread is being started: messages may arrive before its id is known. */
  expect(): Disposable {
    this.#starting += 1;
    return {
      [Symbol.dispose]: () => {
        this.#starting -= 1;
        if (this.#starting === 0) this.#drop(this.#early.splice(0).length);
      },
    };
  }

  has(threadId: string): boolean {
    return this.#routes.has(threadId);
  }

  open(threadId: string, onRequest: OnRequest): ThreadInbox {
    const inbox = new ThreadInbox();
    this.#routes.set(threadId, { inbox, onRequest });
    for (const warning of this.#warnings) inbox.push(warning, 0);
    for (const early of this.#early)
      if (early.threadId === threadId) inbox.push(early.message, early.size);
    this.#early = this.#early.filter((early) => early.threadId !== threadId);
    if (this.#end !== undefined) inbox.end(this.#end);
    return inbox;
  }

  close(threadId: string): void {
    const inbox = this.#routes.get(threadId)?.inbox;
    this.#routes.delete(threadId);
    for (const [turnId, of] of this.#turns) if (of === inbox) this.#turns.delete(turnId);
  }

  /** From now on, the announced waits of this turn reach its thread, and those of the earlier turn do not. */
  beginTurn(turnId: string, inbox: ThreadInbox): void {
    for (const [earlier, of] of this.#turns) if (of === inbox) this.#turns.delete(earlier);
    this.#turns.set(turnId, inbox);
    for (const early of this.#earlyWaits) if (early.turnId === turnId) inbox.push(early.wait, 0);
    this.#earlyWaits = this.#earlyWaits.filter((early) => early.turnId !== turnId);
  }

  take(message: ServerNotification, size: number): void {
    const threadId = threadOf(message.params);
    if (threadId === undefined) {
      if (isWarning(message) && this.#warnings.length < mostKept) this.#warnings.push(message);
      for (const { inbox } of this.#routes.values())
        if (isWarning(message)) inbox.push(message, size);
        else inbox.pushNews(message, size);
      return;
    }
    const route = this.#routes.get(threadId);
    if (route !== undefined) route.inbox.push(message, size);
    else if (!isFarewell(message)) this.#keepEarly({ threadId, message, size });
  }

  /** The oldest give way: they are of threads that have been left, as long as others start all the time. */
  #keepEarly(early: EarlyMessage): void {
    if (this.#starting > 0) this.#early.push(early);
    else this.#drop(1);
    if (this.#early.length > mostKept) this.#drop(this.#early.splice(0, 1).length);
  }

  /** A wait without a turn reaches a thread only if it is the only one. */
  takeWait(wait: AnnouncedWait, turnId: string | undefined): void {
    if (turnId === undefined) {
      const [only, ...others] = this.#routes.values();
      if (others.length === 0) only?.inbox.push(wait, 0);
      return;
    }
    const inbox = this.#turns.get(turnId);
    if (inbox !== undefined) inbox.push(wait, 0);
    else this.#earlyWaits = [...this.#earlyWaits.slice(1 - mostKept), { turnId, wait }];
  }

  /** Ends the thread whose message was too long to be read. */
  takeCut({ head, tail }: CutLine, limit: number): void {
    const id = /"threadId":"([^"\\]+)"/;
    const threadId = id.exec(tail)?.[1] ?? id.exec(head)?.[1];
    const route = threadId === undefined ? undefined : this.#routes.get(threadId);
    if (route === undefined) this.#drop(1);
    else route.inbox.end(new OutputLimitError("a line", limit));
  }

  find(request: ServerRequest): ThreadRoute | undefined {
    const threadId = threadOf(request.params);
    const route = threadId === undefined ? undefined : this.#routes.get(threadId);
    if (route === undefined) this.#drop(1);
    return route;
  }

  /** Ends every thread, including later ones. */
  end(error: Error): void {
    this.#end ??= error;
    for (const { inbox } of this.#routes.values()) inbox.end(this.#end);
  }

  #drop(count: number): void {
    this.#unroutable += count;
  }
}

function threadOf(params: unknown): string | undefined {
  const id = fieldOf(params, "threadId") ?? fieldOf(fieldOf(params, "thread"), "id");
  return typeof id === "string" ? id : undefined;
}

function isWarning({ method }: ServerNotification): boolean {
  return method === "warning" || method === "deprecationNotice";
}

/** Codex still sends messages about a thread after its client has left it. */
function isFarewell({ method }: ServerNotification): boolean {
  return method === "thread/closed" || method === "thread/status/changed";
}
