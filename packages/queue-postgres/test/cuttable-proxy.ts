import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a port of this machine that can be cut, as a network is. */
export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** Nothing arrives any more, and nobody hears of it; later connections neither. */
  cut(): void;
  /** Ends what was cut, and lets new connections through. */
  mend(): void;
}

/** @param change what becomes of bytes from the target. */
export async function startCuttableProxy(
  target: number,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes: Buffer) => {
        if (!isCut) to.write(from === outer ? change(bytes) : bytes);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        if (!isCut) to.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a port.");
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      isCut = false;
      endAll();
    },
    [Symbol.asyncDispose]: async () => {
      endAll();
      server.close();
      await once(server, "close");
    },
  };
}
