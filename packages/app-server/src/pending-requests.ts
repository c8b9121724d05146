import type { MessageId, ServerMessage } from "@ktx/codex-events/app-server";
import { TurnEndedError } from "@ktx/codex-process";
import { startTimer } from "@ktx/timers";
import { UnansweredRequestError } from "./unanswered-request-error.ts";

/** A JSON-RPC request to Codex. */
export interface RequestOptions {
  /** Milliseconds that Codex may take for the answer. */
  readonly timeoutMs: number;
  /** Called with the answer before any message after it is read. */
  readonly onAnswer?: (result: unknown) => void;
}

export interface RequestMessage {
  readonly id: MessageId;
  readonly method: string;
  readonly params: object;
}

interface PendingRequest {
  readonly method: string;
  readonly answer: PromiseWithResolvers<unknown>;
  readonly onAnswer: ((result: unknown) => void) | undefined;
}

/** Our requests that Codex has not answered yet. Each ends: by its answer, its timeout, or the end of the process. */
export class PendingRequests {
  readonly #send: (message: RequestMessage) => void;
  readonly #stderrTail: () => string;
  readonly #pending = new Map<MessageId, PendingRequest>();
  #count = 0;
  #end: Error | undefined;

  constructor(send: (message: RequestMessage) => void, stderrTail: () => string) {
    this.#send = send;
    this.#stderrTail = stderrTail;
  }

  /** @throws {TurnEndedError} when Codex refuses it; `UnansweredRequestError`; the error of `end`. */
  async request(
    method: string,
    params: object,
    { timeoutMs, onAnswer }: RequestOptions,
  ): Promise<unknown> {
    if (this.#end !== undefined) throw this.#end;
    this.#count += 1;
    const id = this.#count;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, { method, answer, onAnswer });
    using _ = startTimer(() => {
      this.#pending.delete(id);
      answer.reject(new UnansweredRequestError(method, timeoutMs));
    }, timeoutMs);
    this.#send({ id, method, params });
    return await answer.promise;
  }

  /** An answer whose request has timed out is dropped. */
  take(message: Extract<ServerMessage, { type: "response" | "refusal" }>): void {
    const asked = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (asked === undefined) return;
    if (message.type === "response") {
      asked.onAnswer?.(message.result);
      asked.answer.resolve(message.result);
      return;
    }
    const refusal = { method: asked.method, ...message.error };
    const exit = { refusal, stderrTail: this.#stderrTail() };
    asked.answer.reject(new TurnEndedError(`Codex refused ${asked.method}.`, exit));
  }

  /** Ends every request, including later ones. */
  end(error: Error): void {
    this.#end ??= error;
    for (const { answer } of this.#pending.values()) answer.reject(this.#end);
    this.#pending.clear();
  }
}
