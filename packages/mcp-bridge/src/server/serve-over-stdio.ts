import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
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
}

/**
 * Offers these tools to the client at the other end of two pipes. Settles when the client has closed its end of
 * either, or the signal fires; running calls then get their signal. A line that is no message, or is above 4 MiB, is
 * answered with an error of JSON-RPC.
 *
 * @throws {ToolBridgeError} for a tool set that cannot be used.
 */
export async function serveOverStdio({
  toolSet,
  input,
  output,
  signal,
}: ServeOverStdioOptions): Promise<void> {
  signal?.throwIfAborted();
  const server = createToolServer(createToolHost(resolveToolSet(toolSet)));
  const over = new AbortController();
  const { signal: ended } = over;
  // A client that is gone shows on one of the two pipes.
  const onEnd = (): void => over.abort();
  input.once("end", onEnd).once("close", onEnd).once("error", onEnd);
  output.once("close", onEnd).on("error", onEnd);
  signal?.addEventListener("abort", onEnd, { once: true });
  try {
    await server.connect(new StdioTransport(input, output, resolveLimits(undefined).maxBodyBytes));
    if (!ended.aborted) await once(ended, "abort");
  } finally {
    signal?.removeEventListener("abort", onEnd);
    await server.close();
  }
}
