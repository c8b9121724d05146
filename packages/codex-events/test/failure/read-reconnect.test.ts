import { expect, test } from "vitest";
import { readReconnect } from "../../src/index.ts";

test.each([
  ["Reconnecting... 2/5 (stream disconnected before completion)", { attempt: 2, of: 5 }],
  ["Reconnecting... waiting for network (Connection failed: error sending request)", {}],
  ["The model is gone.", undefined],
])("%s", (message, reconnect) => {
  expect(readReconnect({ type: "error", message })).toEqual(reconnect);
});

test("no other event is a reconnect", () => {
  expect(readReconnect({ type: "turn.started" })).toBeUndefined();
});
