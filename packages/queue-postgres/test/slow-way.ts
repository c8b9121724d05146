import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";

/** A way to a port of this machine that carries so many bytes a second in each direction, over all connections. */
export interface SlowWay extends AsyncDisposable {
  readonly port: number;
}

export async function startSlowWay(target: number, bytesPerS: number): Promise<SlowWay> {
  const sockets = new Set<Socket>();
  const throttle = (): ((bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) => {
    let freeAtMs = 0;
    return async function* (chunks) {
      for await (const chunk of chunks)
        for (let start = 0; start < chunk.length; start += 16_384) {
          const part = chunk.subarray(start, start + 16_384);
          const nowMs = performance.now();
          freeAtMs = Math.max(freeAtMs, nowMs) + (part.length / bytesPerS) * 1_000;
          await wait(freeAtMs - nowMs);
          yield part;
        }
    };
  };
  const [there, back] = [throttle(), throttle()];
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    for (const way of [pipeline(inner, there, outer), pipeline(outer, back, inner)])
      way.catch(() => {
        inner.destroy();
        outer.destroy();
      });
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
