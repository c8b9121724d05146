import { connect } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";

/** Opens a way to a port of this machine that carries so many bytes a second in each direction, over all connections. */
export async function startSlowWay(target: number, bytesPerS: number): Promise<LoopbackServer> {
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
  return await startLoopbackServer((inner, keep) => {
    const outer = connect(target, "127.0.0.1");
    keep(outer);
    for (const way of [pipeline(inner, there, outer), pipeline(outer, back, inner)])
      way.catch(() => {
        inner.destroy();
        outer.destroy();
      });
  });
}
