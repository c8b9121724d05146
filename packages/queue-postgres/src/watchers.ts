import { wait } from "@ktx/timers";
import { Client } from "pg";
import { connectionTo } from "./database.ts";
import { guardFirstAnswer } from "./guard-first-answer.ts";

/** Milliseconds after which a listener without an answer makes a new connection. */
const answerMs = 10_000;

/**
 * The listeners of one store. Each is a connection of its own that is made again after it broke. A database behind a
 * pooler for single transactions sends no notifications: then a watch yields at each check.
 */
export class Watchers implements AsyncDisposable {
  /** The channel of the notifications. */
  readonly channel: string;
  readonly #url: string;
  readonly #checkMs: number;
  readonly #end = new AbortController();
  readonly #running = new Set<Promise<void>>();

  /** @param checkMs milliseconds between two signs of life that a listener asks of the database. */
  constructor(url: string, schema: string, checkMs: number) {
    this.#url = url;
    this.#checkMs = checkMs;
    this.channel = `${schema}_changed`.slice(-63);
  }

  /** Yields after changes, and after each new connection; then ends with the signal. */
  async *watch(signal: AbortSignal): AsyncIterable<void> {
    const end = AbortSignal.any([signal, this.#end.signal]);
    let changed = false;
    let wake = Promise.withResolvers<void>();
    const onChange = (): void => {
      changed = true;
      wake.resolve();
    };
    end.addEventListener("abort", () => wake.resolve(), { once: true });
    const listening = this.#listen(end, onChange);
    this.#running.add(listening);
    try {
      while (!end.aborted) {
        await wake.promise;
        wake = Promise.withResolvers();
        if (end.aborted) return;
        if (!changed) continue;
        changed = false;
        yield;
      }
    } finally {
      this.#running.delete(listening);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  /** Listens until the signal fires, on one connection after another. */
  async #listen(end: AbortSignal, onChange: () => void): Promise<void> {
    for (let tries = 0; !end.aborted; tries += 1) {
      const client = new Client({ ...connectionTo(this.#url), query_timeout: answerMs });
      guardFirstAnswer(client.connection);
      const broken = new AbortController();
      // The stream is another one once the connection has TLS. A goodbye could wait for a network that is cut.
      const leave = (): void => void client.connection.stream.destroy();
      end.addEventListener("abort", leave, { once: true });
      client.on("error", () => broken.abort());
      client.on("end", () => broken.abort());
      client.on("notification", onChange);
      try {
        await client.connect();
        await client.query(`LISTEN ${this.channel}`);
        tries = 0;
        // Nobody announces again what happened before.
        onChange();
        const over = AbortSignal.any([end, broken.signal]);
        while (!over.aborted) {
          await wait(this.#checkMs, over);
          if (over.aborted) break;
          await client.query("SELECT 1");
          onChange();
        }
      } catch {
        // The next connection may hold.
      } finally {
        end.removeEventListener("abort", leave);
        leave();
      }
      await wait(Math.min(5_000, 100 * 2 ** tries), end);
    }
  }
}
