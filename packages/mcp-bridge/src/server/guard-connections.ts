import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds the number of open connections without locking out the admitted client. At the limit, the oldest
 * connection that was never admitted is closed, then the longest idle admitted one. A new connection is dropped
 * only where every other one waits for an answer. Returns the function that marks a connection as admitted.
 */
export function guardConnections(server: Server, maxConnections: number): (socket: Socket) => void {
  /** In order of arrival. */
  const strangers = new Set<Socket>();
  /** In order of their last request. */
  const admitted = new Set<Socket>();
  /** The number of requests of each connection that wait for their answer. */
  const waiting = new Map<Socket, number>();

  function findDispensable(): Socket | undefined {
    const [stranger] = strangers;
    return stranger ?? [...admitted].find((socket) => !waiting.has(socket));
  }

  function forget(socket: Socket): void {
    strangers.delete(socket);
    admitted.delete(socket);
    waiting.delete(socket);
  }

  server.on("connection", (socket: Socket) => {
    if (strangers.size + admitted.size >= maxConnections) {
      const leaving = findDispensable() ?? socket;
      forget(leaving);
      leaving.destroy();
      if (leaving === socket) return;
    }
    strangers.add(socket);
    socket.once("close", () => forget(socket));
  });

  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
    if (admitted.delete(socket)) admitted.add(socket);
    response.once("close", () => {
      const left = (waiting.get(socket) ?? 1) - 1;
      if (left === 0) waiting.delete(socket);
      else waiting.set(socket, left);
    });
  });

  return (socket) => {
    if (strangers.delete(socket)) admitted.add(socket);
  };
}
