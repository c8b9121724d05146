import type { ServerResponse } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

/**
 * One request of the client that waits for its answer. The answer is plain JSON, the cheapest form; it becomes an
 * event stream only when something precedes it: progress, a log message, or a keep-alive.
 */
export interface HttpExchange {
  /** Sends a message that precedes the answer. */
  notify(message: JSONRPCMessage): void;
  /** Keeps clients and proxies with an idle timeout from giving up on a slow call. */
  keepAlive(): void;
  /** Sends the answer and ends the response. */
  answer(message: JSONRPCMessage): void;
  /** Ends the response without an answer, as the protocol requires for a cancelled request. */
  end(): void;
}

export function createHttpExchange(response: ServerResponse, sessionId: string): HttpExchange {
  const stream = (chunk: string): void => {
    if (!response.headersSent)
      response.writeHead(200, {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache, no-transform",
        "Mcp-Session-Id": sessionId,
      });
    response.write(chunk);
  };
  return {
    notify(message) {
      // A client that does not read misses notices, so that a talkative tool cannot fill the memory.
      if (response.writableLength < maxUnreadBytes) stream(toEvent(JSON.stringify(message)));
    },
    keepAlive: () => stream(": keep-alive\n\n"),
    answer(message) {
      const json = JSON.stringify(message);
      if (response.headersSent) {
        response.end(toEvent(json));
        return;
      }
      response
        .writeHead(200, {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(json),
          "Mcp-Session-Id": sessionId,
        })
        .end(json);
    },
    end() {
      stream("");
      response.end();
    },
  };
}

const maxUnreadBytes = 1024 * 1024;

function toEvent(json: string): string {
  return `event: message\ndata: ${json}\n\n`;
}
