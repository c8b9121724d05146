import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { settleWithin } from "@ktx/timers";
import { resolveLimits } from "../bridge-limits.ts";
import { StdioTransport } from "./stdio-transport.ts";
import { createToolHost } from "../call/tool-host.ts";
import { createToolServer } from "./tool-server.ts";
import { resolveToolSet, type ToolSet } from "../tool/tool-set.ts";

export interface ServeOverStdioOptions {
  readonly toolSet: ToolSet;
  /** The client's messages, one JSON text a line. */
  readonly input: Readable;
  /** Nothing else may be written to it. */
  readonly output: Writable;
  /** Ends the server, and the calls that run. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that calls may still take after the client has ended its messages. @default 5_000 */
  readonly graceMs?: number;
}

/**
 * Offers these tools to the client at the other end of two pipes. A client that has ended its messages, the last one
 * perhaps without a line break, gets the answers that it waits for. Then it settles; at once where the client reads no
 * more, or the signal fires. Calls that still run get their signal. A line that is no message, or is above 4 MiB, is
 * answered with an error of JSON-RPC.
 *
 * @throws {ToolBridgeError} for a tool set that cannot be used.
 */
export async function serveOverStdio({
  toolSet,
  input,
  output,
  signal,
  graceMs = 5_000,
}: ServeOverStdioOptions): Promise<void> {
  signal?.throwIfAborted();
  const server = createToolServer(createToolHost(resolveToolSet(toolSet)));
  const transport = new StdioTransport(input, output, resolveLimits(undefined).maxBodyBytes);
  const over = new AbortController();
  const { signal: ended } = over;
  const onGone = (): void => over.abort();
  const onEnd = async (): Promise<void> => {
    await settleWithin(transport.finish(), graceMs);
    onGone();
  };
  input.once("end", () => void onEnd()).once("error", onGone);
  // An input that has ended closes, too.
  input.once("close", () => input.readableEnded || onGone());
  output.once("close", onGone).on("error", onGone);
  signal?.addEventListener("abort", onGone, { once: true });
  try {
    await server.connect(transport);
    if (!ended.aborted) await once(ended, "abort");
  } finally {
    signal?.removeEventListener("abort", onGone);
    await server.close();
  }
}
