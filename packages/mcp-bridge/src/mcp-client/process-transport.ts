import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  drainOutput,
  type EndingLadder,
  guardProcessGroup,
  killProcessGroup,
  OwnedProcess,
} from "@ktx/child-process";
import { RedactedTail, type Redactor } from "@ktx/redact";
import { settleWithin } from "@ktx/timers";
import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { McpCommand } from "./mcp-server.ts";
import type { ServerLink } from "./server-link.ts";

/** A server exits by itself after the end of its input; the first step waits for that. */
const ladder: EndingLadder = { leaveMs: 1_000, terminateMs: 1_000, killMs: 2_000 };

const stderrTailLimit = 2_000;

/**
 * An MCP server over the pipes of a process that we own. The transport of the SDK would end neither the descendants of
 * the server, nor the server with the host.
 */
export class ProcessTransport implements Transport, ServerLink {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #server: McpCommand;
  readonly #env: Record<string, string>;
  readonly #redactor: Redactor;
  readonly #buffer: ReadBuffer;
  #running: { readonly child: ChildProcess; readonly owned: OwnedProcess } | undefined;
  #release: () => void = () => {};
  #end: string | undefined;
  #closing: Promise<void> | undefined;
  /** Settles once the process has ended by itself and its output is read, which gives `end`. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(
    server: McpCommand,
    env: Record<string, string>,
    limits: { readonly redactor: Redactor; readonly maxMessageBytes: number },
  ) {
    this.#server = server;
    this.#env = env;
    this.#redactor = limits.redactor;
    this.#buffer = new ReadBuffer({ maxBufferSize: limits.maxMessageBytes });
  }

  async start(): Promise<void> {
    const { command, args = [], cwd } = this.#server;
    const child = spawn(command, args, {
      ...(cwd !== undefined && { cwd }),
      env: this.#env,
      stdio: ["pipe", "pipe", "pipe"],
      // It leads its own group, which can be ended as a whole.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const tail = new RedactedTail(stderrTailLimit, this.#redactor);
    this.#running = { child, owned: new OwnedProcess(child, { ladder, tail }) };
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await once(child, "spawn");
    if (child.pid !== undefined) this.#release = guardProcessGroup(child.pid);
    this.#ended = drainOutput(child, exited).then(() => void this.close());
    child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#running?.child.stdin;
    try {
      if (!stdin?.writable) throw new Error("its input is closed");
      if (!stdin.write(serializeMessage(message)))
        await Promise.race([once(stdin, "drain"), once(stdin, "close")]);
    } catch (error) {
      // It has ended, as a rule, and the host has yet to hear of it: its end and its last words are the reason.
      await settleWithin(this.#ended, ladder.leaveMs);
      throw error;
    }
  }

  /** Ends the server and its descendants, and waits for their end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get end(): string | undefined {
    return this.#end;
  }

  async #close(): Promise<void> {
    const { child, owned } = this.#running ?? {};
    const end = owned?.end;
    if (end !== undefined) this.#end ??= describeEnd(end, owned?.stderrTail ?? "");
    if (owned?.running === true) {
      await owned.noteDescendants();
      child?.stdin?.end();
      await owned.leave();
    }
    await owned?.terminate();
    if (child?.pid !== undefined) killProcessGroup(child.pid);
    this.#release();
    this.#buffer.clear();
    this.onclose?.();
  }

  #take(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.#end ??= "sent a message that is too long, and was ended";
      this.onerror?.(toError(error));
      void this.close();
      return;
    }
    for (;;)
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // Other lines, such as debug output of the server, are skipped.
        this.onerror?.(toError(error));
      }
  }
}

function describeEnd(
  { exitCode, signal }: NonNullable<OwnedProcess["end"]>,
  stderr: string,
): string {
  const how = signal === undefined ? `exit code ${exitCode}` : signal;
  const last = stderr.trim();
  return `has ended (${how})${last === "" ? "" : `; it last wrote: ${last}`}`;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
