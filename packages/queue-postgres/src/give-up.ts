import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Milliseconds without a byte after which a statement is given up, with its connection. */
const silentMs = 10_000;
/** The slowest way to a database that a big value may take, in bytes a second. */
const slowestWay = 50_000;
/** Milliseconds that a statement has once its caller stops. */
const stopMs = 2_000;

/** Breaks a connection that gives no byte for a while, until it is disposed of. A long answer that comes is waited for. */
export function breakWhenSilent(stream: Duplex, values: readonly unknown[]): Disposable {
  // The bytes that go out are on their way before the first one of the answer can come.
  const outMs =
    (values.reduce<number>((sum, value) => sum + sizeOf(value), 0) / slowestWay) * 1_000;
  const seen = { bytes: bytesFrom(stream), limitMs: silentMs + outMs };
  let timer = setTimeout(check, seen.limitMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };

  function check(): void {
    const bytes = bytesFrom(stream);
    if (bytes === seen.bytes) {
      stream.destroy(noAnswer(seen.limitMs));
      return;
    }
    seen.bytes = bytes;
    seen.limitMs = silentMs;
    timer = setTimeout(check, silentMs);
  }
}

/** The value of the work, or an error a moment after the stop, whatever becomes of the work. */
export async function untilStopped<Value>(
  work: Promise<Value>,
  stop: AbortSignal | undefined,
): Promise<Value> {
  if (stop === undefined) return await work;
  const over = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => over.reject(noAnswer(stopMs)), stopMs);
  };
  if (stop.aborted) begin();
  else stop.addEventListener("abort", begin, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", begin);
  }
}

function noAnswer(ms: number): Error {
  const error = new Error(`No byte came for ${Math.round(ms / 1_000)} s.`);
  return Object.assign(error, { code: "ETIMEDOUT" });
}

function bytesFrom(stream: Duplex): number {
  return stream instanceof Socket ? stream.bytesRead : 0;
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  return Array.isArray(value)
    ? value.reduce<number>((sum, each: unknown) => sum + sizeOf(each), 0)
    : 8;
}
