import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPostgresStore, type PostgresStoreOptions } from "../src/index.ts";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Takes connections and says nothing, as a firewall or another service may. */
const startSilentServer = (): Promise<LoopbackServer> => startLoopbackServer(() => {});

type Opening = Pick<PostgresStoreOptions, "patienceMs" | "onSlow" | "signal">;

/** The error of a store whose server is silent, with the seconds that pass before it on the clock of the test. */
async function openSilent(
  { port }: LoopbackServer,
  options: Opening,
): Promise<{ readonly error: unknown; readonly afterS: number }> {
  const startMs = performance.now();
  const url = `postgres://owner:made-for-this-test@127.0.0.1:${port}/team`;
  const failures: unknown[] = [];
  const opening = openPostgresStore({ url, ...options }).catch((reason: unknown) => {
    failures.push(reason);
  });
  while (failures.length === 0) {
    vi.advanceTimersByTime(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await opening;
  return { error: failures[0], afterS: Math.round((performance.now() - startMs) / 1_000) };
}

test("one who waits for a database that does not answer hears of it once, by its name", async () => {
  await using silent = await startSilentServer();
  const heard: string[] = [];
  const { error } = await openSilent(silent, {
    patienceMs: 200,
    onSlow: (place) => heard.push(place),
  });
  expect(heard).toEqual([`team at 127.0.0.1:${silent.port}`]);
  expect(error).toMatchObject({ message: expect.stringContaining("cannot be reached") });
});

test("an interrupt ends the opening of a store that cannot be reached", async () => {
  await using silent = await startSilentServer();
  const interrupt = new AbortController();
  const opening = openSilent(silent, { signal: interrupt.signal });
  interrupt.abort();
  const { error, afterS } = await opening;
  expect(error).toMatchObject({ kind: "busy" });
  expect(afterS).toBeLessThan(5);
});

test("a database that stays silent is tried for half a minute", async () => {
  await using silent = await startSilentServer();
  const { error, afterS } = await openSilent(silent, {});
  expect(error).toMatchObject({ kind: "busy" });
  expect(afterS).toBeGreaterThanOrEqual(30);
});
