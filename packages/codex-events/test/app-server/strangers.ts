import {
  parseServerMessage,
  type ServerMessage,
  type ServerTurn,
} from "../../src/app-server/index.ts";

type Ids = Pick<ServerTurn, "threadId" | "turnId">;

/** The notifications that make events or change a turn. */
export const knownMethods = [
  "turn/started",
  "item/started",
  "item/completed",
  "turn/plan/updated",
  "thread/tokenUsage/updated",
  "rawResponseItem/completed",
  "rawResponse/completed",
  "error",
  "warning",
  "deprecationNotice",
  "model/rerouted",
  "turn/completed",
] as const;

const ofThreads = knownMethods.filter((method) => method !== "deprecationNotice");
const ofTurns = ofThreads.filter((method) => method !== "warning");

/** Messages that have nothing to tell of the turn, each with what it is. */
export function strangersTo(ids: Ids): readonly (readonly [string, ServerMessage])[] {
  return [
    ["an unknown method", notify("later/invention", paramsOf(ids))],
    ["a request", { type: "request", id: 0, method: "turn/completed", params: paramsOf(ids) }],
    ["an answer", { type: "response", id: 9, result: paramsOf(ids) }],
    ["a refusal", { type: "refusal", id: 9, error: { message: "No." } }],
    ["a line that is not JSON", parseServerMessage('{"method":"turn/completed","par')],
    ["JSON that is no message", parseServerMessage("[]")],
    ...under(ofThreads, ["other", 7], (threadId) => paramsOf({ ...ids, threadId })),
    ...under(ofTurns, ["other", 7, undefined], (turnId) => paramsOf({ ...ids, turnId })),
    ...under(ofTurns, [undefined], (threadId) => paramsOf({ ...ids, threadId })),
    ...under(knownMethods, [undefined, null, 7, "text", [], {}], (params) => params),
    ...under(["item/started", "item/completed"], notItems, (item) => ({ ...ids, item })),
    ...under(["turn/plan/updated"], [undefined, null, 7, {}], (plan) => ({ ...ids, plan })),
    ...under(["thread/tokenUsage/updated"], notItems, (tokenUsage) => ({ ...ids, tokenUsage })),
    ...under(["error"], notItems, (error) => ({ ...ids, error })),
    ...under(["warning"], [undefined, null, 7, {}], (message) => ({ ...ids, message })),
  ];
}

const notItems = [undefined, null, 7, "text", [null], {}, { type: 7, total: "all", message: {} }];

/** Each method with the params made of each odd value. */
function under(
  methods: readonly string[],
  odd: readonly unknown[],
  makeParams: (value: unknown) => unknown,
): readonly (readonly [string, ServerMessage])[] {
  return methods.flatMap((method) =>
    odd.map((value) => {
      const params = makeParams(value);
      return [`${method} with ${JSON.stringify(params)}`, notify(method, params)] as const;
    }),
  );
}

function notify(method: string, params: unknown): ServerMessage {
  return { type: "notification", method, params };
}

/** What would be told of the turn under every method, if it were its own. */
function paramsOf({ threadId, turnId }: { readonly threadId: unknown; readonly turnId: unknown }) {
  const error = { message: "Bad." };
  return {
    threadId,
    turnId,
    error,
    turn: { id: turnId, status: "failed", error },
    item: { type: "agentMessage", id: "msg_0", text: "I am somebody else." },
    plan: [{ step: "Lie.", status: "pending" }],
    tokenUsage: { total: { totalTokens: 9e6, inputTokens: 8e6, outputTokens: 1e6 } },
    message: "Beware.",
    fromModel: "a",
    toModel: "b",
  };
}
