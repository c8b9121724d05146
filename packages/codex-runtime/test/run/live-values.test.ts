import { expect, test } from "vitest";
import { LiveValues } from "../../src/run/live-values.ts";

async function take<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const taken: Value[] = [];
  for await (const value of values) taken.push(value);
  return taken;
}

test("each reader gets all values, also one that begins after their end", async () => {
  const values = new LiveValues<number>("all");
  values.add(1);
  const early = take(values);
  values.add(2);
  values.close({});
  expect(await early).toEqual([1, 2]);
  expect(await take(values)).toEqual([1, 2]);
});

test("of the latest values, a reader gets the newest each time, and a late one the last", async () => {
  const values = new LiveValues<number | undefined>("latest");
  const reader = values[Symbol.asyncIterator]();
  values.add(1);
  values.add(2);
  expect(await reader.next()).toEqual({ done: false, value: 2 });
  const waiting = reader.next();
  values.add(undefined);
  expect(await waiting).toEqual({ done: false, value: undefined });
  values.add(4);
  values.close({});
  expect(await reader.next()).toEqual({ done: false, value: 4 });
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(await take(values)).toEqual([4]);
});

test.each(["all", "latest"] as const)("an error ends a reader once, after %s", async (keeps) => {
  const values = new LiveValues<number>(keeps);
  values.add(1);
  values.close({ error: new Error("lost") });
  const reader = values[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ done: false, value: 1 });
  await expect(reader.next()).rejects.toThrow("lost");
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test("a reader that stops while it waits is done at once, and the others are not", async () => {
  const values = new LiveValues<number>("all");
  const stopped = values[Symbol.asyncIterator]();
  const other = values[Symbol.asyncIterator]();
  const [waiting, others] = [stopped.next(), other.next()];
  expect(await stopped.return?.()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  values.add(1);
  expect(await others).toEqual({ done: false, value: 1 });
});

test("several reads at once get different values, in order", async () => {
  const values = new LiveValues<number>("all");
  const reader = values[Symbol.asyncIterator]();
  const reads = [reader.next(), reader.next()];
  values.add(1);
  values.add(2);
  expect((await Promise.all(reads)).map(({ value }) => value)).toEqual([1, 2]);
});
