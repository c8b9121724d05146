import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { breakWhenSilent, untilStopped } from "../src/give-up.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** The two ends of a connection on loopback. */
async function openPair(): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a port.");
  const accepted = once(server, "connection");
  const near = connect(address.port, "127.0.0.1");
  const [far] = await accepted;
  server.close();
  return [near, far];
}

test("a connection that gives bytes is waited for however long it takes, and a silent one is broken after ten seconds", async () => {
  const [near, far] = await openPair();
  const broken = once(near, "error");
  using _ = breakWhenSilent(near, ["a short question"]);
  for (let part = 0; part < 20; part += 1) {
    const read = once(near, "data");
    far.write("a part of the answer");
    await read;
    vi.advanceTimersByTime(9_000);
    expect(near.destroyed).toBe(false);
  }
  vi.advanceTimersByTime(20_100);
  const [error] = await broken;
  expect([near.destroyed, error.message]).toEqual([true, "No byte came for 10 s."]);
  far.destroy();
});

test("a big value has the time that a slow way needs for it before the first byte of the answer is due", async () => {
  const [near, far] = await openPair();
  near.on("error", () => {});
  using _ = breakWhenSilent(near, [null, [Buffer.alloc(32_000_000), "x".repeat(32_000_000)]]);
  vi.advanceTimersByTime(1_280_000);
  expect(near.destroyed).toBe(false);
  vi.advanceTimersByTime(10_100);
  expect(near.destroyed).toBe(true);
  far.destroy();
});

test("work whose caller has stopped is left two seconds later, and work that ends by then has its value", async () => {
  const stop = new AbortController();
  const never = untilStopped(new Promise<string>(() => {}), stop.signal);
  const ends = untilStopped(Promise.resolve("an answer"), stop.signal);
  stop.abort();
  vi.advanceTimersByTime(2_100);
  await expect(never).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(await ends).toBe("an answer");
  const later = untilStopped(new Promise<string>(() => {}), stop.signal);
  vi.advanceTimersByTime(2_100);
  await expect(later).rejects.toMatchObject({ code: "ETIMEDOUT" });
});
