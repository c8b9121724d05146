import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CancelledNotificationSchema,
  type JSONRPCMessage,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { type InvalidMessage, notJson, printInvalid, readMessage } from "./invalid-message.ts";

/**
 * The SDK's transport seam over two pipes, one message a line. The SDK's own transport answers a line that is no message
 * with nothing, so that its sender waits for ever, and ends without a word at a line that is too long.
 */
export class StdioTransport implements Transport {
  onmessage?: Transport["onmessage"];
  onclose?: Transport["onclose"];
  onerror?: Transport["onerror"];
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #maxLineBytes: number;
  /** The beginning of a line; its bytes are dropped once they are too many. */
  #parts: Buffer[] = [];
  #bytes = 0;
  /** The requests that wait for their answers. */
  readonly #waiting = new Set<RequestId>();
  #onAnswered: (() => void) | undefined;

  constructor(input: Readable, output: Writable, maxLineBytes: number) {
    this.#input = input;
    this.#output = output;
    this.#maxLineBytes = maxLineBytes;
  }

  async start(): Promise<void> {
    this.#input.on("data", this.#take);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#write(JSON.stringify(message));
    if (!("method" in message) && message.id !== undefined) this.#settle(message.id);
  }

  /** Takes the last line, which may have no line break. Resolves once no request waits for its answer, or at the close. */
  async finish(): Promise<void> {
    this.#endLine();
    if (this.#waiting.size > 0)
      await new Promise<void>((resolve) => {
        this.#onAnswered = resolve;
      });
  }

  async close(): Promise<void> {
    this.#input.off("data", this.#take);
    if (this.#input.listenerCount("data") === 0) this.#input.pause();
    this.#onAnswered?.();
    this.onclose?.();
  }

  readonly #take = (chunk: Buffer): void => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  };

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxLineBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #endLine(): void {
    const [line, bytes] = [Buffer.concat(this.#parts), this.#bytes];
    this.#parts = [];
    this.#bytes = 0;
    if (bytes > this.#maxLineBytes)
      return this.#refuse({
        id: null,
        code: -32_600,
        message: `Expected a message of at most ${this.#maxLineBytes} bytes, got ${bytes}. Send less in one message.`,
      });
    let text: string;
    try {
      text = strictUtf8.decode(line).trim();
    } catch {
      return this.#refuse(notJson);
    }
    if (text === "") return;
    const read = readMessage(text);
    if ("message" in read) this.#receive(read.message);
    else if (read.invalid.isAnswer === undefined) this.#refuse(read.invalid);
  }

  #receive(message: JSONRPCMessage): void {
    if ("method" in message && "id" in message) this.#waiting.add(message.id);
    this.onmessage?.(message);
    // A cancelled request gets no answer.
    const cancelled = CancelledNotificationSchema.safeParse(message).data?.params.requestId;
    if (cancelled !== undefined) this.#settle(cancelled);
  }

  #settle(id: RequestId): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#onAnswered?.();
  }

  #refuse(invalid: InvalidMessage): void {
    void this.#write(printInvalid(invalid));
  }

  /** Waits while the client does not read. A pipe that closes ends the server elsewhere. */
  #write(line: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#output.write(`${line}\n`)) resolve();
      else this.#output.once("drain", resolve);
    });
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
