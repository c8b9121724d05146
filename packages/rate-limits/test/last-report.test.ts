import { expect, test } from "vitest";
import { LastReport } from "../src/index.ts";

test("a report is current for a minute, then its source is asked", async () => {
  let nowMs = 0;
  let asked = 0;
  const reports: number[] = [];
  const last = new LastReport<number>({
    clock: { monotonicNow: () => nowMs },
    ask: () => Promise.resolve((asked += 1)),
    onReport: (report) => reports.push(report),
  });
  expect(await last.read()).toBe(1);
  last.take(10);
  nowMs = 59_999;
  expect(await last.read()).toBe(10);
  nowMs = 60_000;
  expect(await last.read()).toBe(2);
  expect(await last.read({ maxAgeMs: 0 })).toBe(3);
  expect(reports).toEqual([1, 10, 2, 3]);
});

test("the last report stands where there is no answer, and a failed question is its error", async () => {
  const clock = { monotonicNow: () => 0 };
  const silent = new LastReport<number>({ clock });
  expect(await silent.read()).toBeUndefined();
  silent.take(1);
  expect(await silent.read({ maxAgeMs: 0 })).toBe(1);
  const broken = new LastReport<number>({ clock, ask: () => Promise.reject(new Error("down")) });
  await expect(broken.read()).rejects.toThrow("down");
});

test("nobody is asked once the signal has fired", async () => {
  const reason = new Error("enough");
  const ask = (): never => {
    throw new Error("asked");
  };
  const last = new LastReport<number>({ clock: { monotonicNow: () => 0 }, ask });
  await expect(last.read({ abortSignal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
