import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { buildStream } from "./responses-stream.ts";
import type { SimReply } from "./sim-reply.ts";

/**
 * Plays a reply on its connection. Ends early, without an error, when the connection closes: that is
 * how a client's abort, and the closing of the whole service, end every pause.
 */
export async function sendReply(
  response: ServerResponse,
  reply: SimReply,
  context: {
    readonly responseNumber: number;
    readonly model: string;
    readonly closed: AbortSignal;
  },
): Promise<void> {
  const { closed } = context;
  if (closed.aborted) return;
  switch (reply.type) {
    case "never-answer":
      return;
    case "drop-connection":
      response.destroy();
      return;
    case "http":
      await pause(reply.beforeHeadersMs ?? 0, closed);
      if (closed.aborted) return;
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    case "stream":
      break;
  }
  await pause(reply.beforeHeadersMs, closed);
  if (closed.aborted) return;
  response.writeHead(200, { "content-type": "text/event-stream", ...reply.headers });
  for (const step of buildStream(reply, context.responseNumber, context.model)) {
    switch (step.type) {
      case "send":
        await write(response, step.chunk);
        break;
      case "wait":
        await pause(step.ms, closed);
        break;
      case "cut":
        response.destroy();
        return;
      case "end":
        response.end();
        return;
      case "stall":
        return;
    }
    if (closed.aborted) return;
  }
}

/** Resolves once the chunk is handed to the system, so that a cut comes after it and not before. */
function write(response: ServerResponse, chunk: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => resolve());
  });
}

async function pause(ms: number, closed: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: closed }).catch(() => undefined);
}
