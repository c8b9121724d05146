import { describe, expect, test } from "vitest";
import { beginServerTurn, parseServerMessage } from "../../src/app-server/index.ts";
import { serverRecordingNamed, serverRecordings } from "./recordings.ts";
import { replayMessages, replayRecording, summarizeEvents } from "./replay-messages.ts";

describe.each(serverRecordings)("every beginning of $name", (recording) => {
  const { ids, messages } = recording;
  const whole = replayRecording(recording);
  const beginnings = messages.map((_, length) =>
    replayMessages(messages.slice(0, length), beginServerTurn(ids)),
  );

  test("tells the beginning of the same events", () => {
    for (const { events } of beginnings)
      expect(events).toEqual(whole.events.slice(0, events.length));
  });

  test("does not end the turn", () => {
    for (const { turn, events } of beginnings) {
      expect(turn.ended).toBe(false);
      expect(summarizeEvents(events).outcome).toBe("incomplete");
    }
  });
});

test("a line that is cut anywhere is malformed, and nothing else", () => {
  const line = serverRecordingNamed("plain").lines.at(-1) ?? "";
  expect(parseServerMessage(line)).toMatchObject({ method: "turn/completed" });
  for (let length = 0; length < line.length; length += 1) {
    const cut = line.slice(0, length);
    expect(parseServerMessage(cut)).toEqual({ type: "malformed", line: cut });
  }
});

test("nothing is told of a turn after its end", () => {
  for (const recording of serverRecordings) {
    const whole = replayRecording(recording);
    expect(replayMessages(recording.messages, whole.turn)).toEqual({ ...whole, events: [] });
  }
});
