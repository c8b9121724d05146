import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
}

/** Takes connections on loopback. Its end destroys them, and each socket that was given to `keep`. */
export async function startLoopbackServer(
  take: (socket: Socket, keep: (socket: Socket) => void) => void,
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    take(socket, keep);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a port.");
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
