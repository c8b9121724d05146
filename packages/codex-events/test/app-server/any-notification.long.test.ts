import * as fc from "fast-check";
import { expect, test } from "vitest";
import { beginServerTurn, translateNotification } from "../../src/app-server/index.ts";
import { parseThreadEvent } from "../../src/index.ts";
import { eventsOf, ids, notification } from "./notifications.ts";
import { rawNotification } from "./raw-notification.ts";
import { replayMessages, summarizeEvents } from "./replay-messages.ts";
import { knownMethods } from "./strangers.ts";
import { longRuns } from "../../../../test/long-form.ts";

const rawNotifications = fc.array(rawNotification, { maxLength: 12 });

test("whatever Codex says is told in events that are read as they are", () => {
  fc.assert(
    fc.property(rawNotifications, (notifications) => {
      const { events } = replayMessages(notifications, beginServerTurn(ids));
      const readAgain = events.map((event) =>
        parseThreadEvent(event.type === "unrecognized" ? event.raw : event),
      );
      expect(readAgain).toEqual(events);
    }),
    longRuns(1_000),
  );
});

test("only its end ends a turn, and with one event at most", () => {
  fc.assert(
    fc.property(rawNotifications, (notifications) => {
      const { turn, events } = replayMessages(notifications, beginServerTurn(ids));
      const ends = events.filter(({ type }) => type === "turn.completed" || type === "turn.failed");
      const told = notifications.some(({ method }) => method === "turn/completed");
      expect(ends.length).toBeLessThanOrEqual(turn.ended ? 1 : 0);
      expect(turn.ended && !told).toBe(false);
      expect(summarizeEvents(events).outcome === "incomplete").toBe(ends.length === 0);
    }),
    longRuns(500),
  );
});

test("a turn is not changed by what comes after it", () => {
  fc.assert(
    fc.property(rawNotifications, rawNotification, (notifications, next) => {
      const { turn } = replayMessages(notifications, beginServerTurn(ids));
      const before = structuredClone(turn);
      const translated = translateNotification(turn, next);
      expect(translateNotification(turn, next)).toEqual(translated);
      expect(turn).toEqual(before);
    }),
    longRuns(500),
  );
});

test("no depth of nesting is too deep", () => {
  let deep: unknown = "end";
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  const content = { item: { type: "reasoning", summary: deep }, plan: deep, error: deep };
  for (const method of knownMethods)
    expect(() => eventsOf(notification(method, { ...ids, ...content }))).not.toThrow();
});
