import { expect, test } from "vitest";
import { type ObservedCall, toToolObserver } from "../../src/agent/call-observer.ts";

test("the time of a call is the time that its tool ran: the waits for a turn and an approval are left out", () => {
  const ended: ObservedCall[] = [];
  const observer = toToolObserver({ onCallStart: () => {}, onCallEnd: (call) => ended.push(call) });
  const call = { callId: 1, alias: "ktx", name: "read", arguments: {}, argumentBytes: 2 };
  const sizes = { resultBytes: 0, sentBytes: 0 };
  observer.onResult?.({ ...call, outcome: "ok", durationMs: 31_004, waitedMs: 31_000, ...sizes });
  expect(ended).toEqual([{ tool: "read", input: {}, durationMs: 4 }]);
});
