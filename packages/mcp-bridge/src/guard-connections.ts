import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Keeps the number of open connections bounded without shutting the good client out: when all places are taken,
 * the oldest connection that was never admitted has to go. Returns the function that marks one as admitted.
 */
export function guardConnections(server: Server, maxConnections: number): (socket: Socket) => void {
  /** In order of arrival. */
  const strangers = new Set<Socket>();
  const admitted = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    if (strangers.size + admitted.size >= maxConnections) {
      const [oldest = socket] = strangers;
      strangers.delete(oldest);
      oldest.destroy();
      if (oldest === socket) return;
    }
    strangers.add(socket);
    socket.once("close", () => {
      strangers.delete(socket);
      admitted.delete(socket);
    });
  });
  return (socket) => {
    if (strangers.delete(socket)) admitted.add(socket);
  };
}
