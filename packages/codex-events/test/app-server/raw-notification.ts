import * as fc from "fast-check";
import type { ServerNotification } from "../../src/app-server/index.ts";
import { ids } from "./notifications.ts";
import { knownMethods } from "./strangers.ts";

const text = fc.oneof(fc.string(), fc.jsonValue());
const count = fc.oneof(fc.nat(), fc.jsonValue());

const item = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom(
        "agentMessage",
        "reasoning",
        "commandExecution",
        "fileChange",
        "mcpToolCall",
        "webSearch",
        "function_call",
      ),
      fc.jsonValue(),
    ),
    id: text,
    call_id: text,
    name: text,
    text,
    summary: fc.oneof(fc.array(text), fc.jsonValue()),
    command: text,
    aggregatedOutput: text,
    exitCode: count,
    changes: fc.oneof(fc.array(fc.oneof(fc.record({ path: text, kind: text }), text)), text),
    tool: text,
    arguments: fc.jsonValue(),
    result: fc.oneof(fc.record({ content: fc.array(text), structuredContent: text }), text),
    error: fc.oneof(fc.record({ message: text }), text),
    action: fc.oneof(fc.record({ type: text, query: text }), text),
    status: fc.oneof(fc.constantFrom("inProgress", "completed", "failed", "declined"), text),
  },
  { requiredKeys: ["type"] },
);

const error = fc.oneof(fc.record({ message: text, additionalDetails: text }), fc.jsonValue());

const turn = fc.record(
  {
    id: fc.constant(ids.turnId),
    status: fc.oneof(fc.constantFrom("completed", "failed", "interrupted"), fc.jsonValue()),
    error,
  },
  { requiredKeys: ["id"] },
);

const total = fc.record(
  {
    totalTokens: count,
    inputTokens: count,
    cachedInputTokens: count,
    outputTokens: count,
    reasoningOutputTokens: count,
  },
  { requiredKeys: [] },
);

const fields = fc.record(
  {
    item: fc.oneof(item, fc.jsonValue()),
    plan: fc.oneof(fc.array(fc.oneof(fc.record({ step: text, status: text }), text)), text),
    usage: fc.oneof(total, fc.jsonValue()),
    tokenUsage: fc.oneof(fc.record({ total: fc.oneof(total, fc.jsonValue()) }), fc.jsonValue()),
    error,
    message: text,
    summary: text,
    details: text,
    fromModel: text,
    toModel: text,
    reason: text,
  },
  { requiredKeys: [] },
);

const ofTheTurn = fields.map((params) => ({ ...params, ...ids }));

function notify(
  methods: readonly string[],
  params: fc.Arbitrary<unknown>,
): fc.Arbitrary<ServerNotification> {
  return fc.record({
    type: fc.constant("notification"),
    method: fc.constantFrom(...methods),
    params,
  });
}

/** Notifications under every known method, most of them of the turn, with any JSON in any field. */
export const rawNotification: fc.Arbitrary<ServerNotification> = fc.oneof(
  { weight: 6, arbitrary: notify(knownMethods, ofTheTurn) },
  {
    weight: 1,
    arbitrary: notify(
      ["turn/started", "turn/completed"],
      turn.map((value) => ({ threadId: ids.threadId, turn: value })),
    ),
  },
  { weight: 1, arbitrary: notify([...knownMethods, "later/invention"], fc.jsonValue()) },
);
