import { expect, test } from "vitest";
import { beginServerTurn } from "../../src/app-server/index.ts";
import { classifyFailure, parseThreadEvent } from "../../src/index.ts";
import { errorTold, ids, notification, replay, turnEnded } from "./notifications.ts";
import { serverRecordingNamed, serverRecordings } from "./recordings.ts";
import { replayMessages, replayRecording, summarizeEvents } from "./replay-messages.ts";

const usedUp = { usedPercent: 100, windowDurationMins: 300, resetsAt: 1_795_357_434 };
const limitTold = notification("account/rateLimits/updated", {
  rateLimits: { limitId: "codex", primary: usedUp, planType: "plus" },
});
const usageLimit = {
  message: "You've hit your usage limit.",
  codexErrorInfo: "usageLimitExceeded",
};

test("a recorded usage limit resets at the second that the account's limits name", () => {
  const { failure } = summarizeEvents(
    replayRecording(serverRecordingNamed("fail-429-usage-limit")).events,
  );
  expect(failure).toMatchObject({
    kind: "usage-limit",
    resetsAt: { text: "1795357434", precision: "second", atMs: 1_795_357_434_000 },
  });
  // The sentence alone has a minute and no day.
  expect(classifyFailure(failure?.raw ?? "")).toMatchObject({
    resetsAt: { text: "2:23 PM", precision: "time-of-day" },
  });
});

test("limits are kept with the turn, and what an update leaves out stays", () => {
  const { turn, events } = replay(
    limitTold,
    notification("account/rateLimits/updated", {
      rateLimits: { limitId: "codex", primary: { usedPercent: 4 }, planType: null },
    }),
  );
  expect(turn.limits).toEqual({ limitId: "codex", primary: { usedPercent: 4 }, planType: "plus" });
  expect(events).toEqual([]);
});

test("limits are those of the account, so the next turn begins with them", () => {
  const { turn } = replay(limitTold, turnEnded("completed"));
  const next = beginServerTurn({ threadId: "thread", turnId: "next" }, turn);
  expect(next.limits).toEqual({ limitId: "codex", primary: usedUp, planType: "plus" });
  const { events } = replayMessages(
    [notification("error", { threadId: "thread", turnId: "next", error: usageLimit })],
    next,
  );
  expect(events).toMatchObject([{ type: "error", limits: { primary: usedUp } }]);
});

test("only an error that a limit can be the reason of carries them", () => {
  const { events } = replay(limitTold, errorTold(usageLimit), errorTold({ message: "hm" }));
  expect(events.map((event) => "limits" in event)).toEqual([true, false]);
});

test.each([null, 7, "codex", []])("limits that are %j change nothing", (rateLimits) => {
  expect(replay(notification("account/rateLimits/updated", { rateLimits })).turn).toEqual(
    beginServerTurn(ids),
  );
});

test.each(serverRecordings)("the events of $name survive JSON as they are", (recording) => {
  const { events } = replayRecording(recording);
  const written: unknown = JSON.parse(JSON.stringify(events));
  expect(Array.isArray(written) && written.map(parseThreadEvent)).toEqual(events);
});
