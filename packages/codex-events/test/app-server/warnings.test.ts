import { expect, test } from "vitest";
import type { ServerNotification } from "../../src/app-server/index.ts";
import { eventsOf, ids, notification } from "./notifications.ts";
import { summarizeEvents } from "./replay-messages.ts";

const { threadId } = ids;
const summary = "`[features].web_search_request` is deprecated.";
const models = { ...ids, fromModel: "gpt-5.5", toModel: "gpt-5.2" };

test.each<[string, ServerNotification, string]>([
  ["a warning", notification("warning", { threadId, message: "Beware." }), "Beware."],
  [
    "a warning for every thread",
    notification("warning", { threadId: null, message: "Beware." }),
    "Beware.",
  ],
  ["what is deprecated", notification("deprecationNotice", { summary, details: null }), summary],
  [
    "what is deprecated, and what to do",
    notification("deprecationNotice", { summary, details: "Set `web_search`." }),
    `${summary} (Set \`web_search\`.)`,
  ],
  [
    "another model, with the reason as `codex exec` spells it",
    notification("model/rerouted", { ...models, reason: "highRiskCyberActivity" }),
    "model rerouted: gpt-5.5 -> gpt-5.2 (HighRiskCyberActivity)",
  ],
  [
    "another model for no reason",
    notification("model/rerouted", models),
    "model rerouted: gpt-5.5 -> gpt-5.2",
  ],
])("%s is an item of type error, which is a warning", (_, told, message) => {
  const events = eventsOf(told);
  expect(events).toEqual([{ type: "item.completed", item: { type: "error", message } }]);
  const { outcome, warnings, failure } = summarizeEvents(events);
  expect([outcome, warnings, failure]).toEqual(["incomplete", [message], undefined]);
});

test("what `codex exec` keeps to itself, and `configWarning`, which comes again as a warning, are not told", () => {
  expect(
    eventsOf(
      notification("configWarning", { summary: "Codex is ignoring a setting.", details: null }),
      notification("guardianWarning", { threadId, message: "Beware." }),
      notification("item/agentMessage/delta", { ...ids, itemId: "msg", delta: "hel" }),
      notification("turn/diff/updated", { ...ids, diff: "+a" }),
      notification("thread/status/changed", { threadId, status: { type: "idle" } }),
      notification("account/rateLimits/updated", { rateLimits: {} }),
    ),
  ).toEqual([]);
});
