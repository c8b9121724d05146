import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ThreadEvent } from "@ktx/codex-events";
import {
  partialText,
  rawItem,
  reasoning,
  refusal,
  refuse,
  reply,
  type SimReply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import type { ToolSet } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import type { TurnInput } from "../../src/index.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { openOwnThread, type OwnThreadInput, takeEvents } from "../own-threads.ts";
import { namespace, type TransportName } from "./scene.ts";
import { tools } from "./tools.ts";

interface Situation {
  readonly replies: readonly SimReply[];
  readonly toolSet?: ToolSet;
  readonly turn?: Partial<TurnInput>;
  readonly thread?: OwnThreadInput;
}

const add = (a: number, b: number) => toolCall("add", { a, b }, { namespace });
const command = (cmd: string) => toolCall("exec_command", { cmd });
const plan = (...statuses: readonly string[]) =>
  toolCall("update_plan", { plan: statuses.map((status) => ({ step: "think", status })) });
const done = reply([text("done")]);
const apiError = (message: string): object => ({ error: { message } });

const situations: Readonly<Record<string, Situation>> = {
  "an answer": { replies: [reply([text("hello", { deltas: 3 })])] },
  "two messages and odd characters": {
    replies: [reply([text("a\u2028b"), text("\u0001 \u{1f600}")])],
  },
  reasoning: { replies: [reply([reasoning("first", "second"), text("hm")])] },
  "thoughts without a word": { replies: [reply([reasoning(), text("hm")])] },
  "a refusal": { replies: [reply([refusal("no")])] },
  "nothing at all": { replies: [reply([])] },
  "a tool call": { replies: [reply([add(1, 2)]), done], toolSet: tools },
  "a tool that throws": {
    replies: [reply([toolCall("fail", { why: "Monday" }, { namespace })]), done],
    toolSet: tools,
  },
  "a tool that is not there": {
    replies: [reply([toolCall("nope", {}, { namespace })]), done],
    toolSet: tools,
  },
  "an answer in a schema": {
    replies: [reply([text('{"ok":true}')])],
    turn: {
      outputSchema: {
        type: "object",
        properties: { ok: { type: "boolean" } },
        required: ["ok"],
        additionalProperties: false,
      },
    },
  },
  "a reconnect that recovers": {
    replies: [reply([partialText("I was")], { finish: "cut" }), done],
  },
  "a stream that is cut each time": {
    replies: [1, 2, 3].map(() => reply([text("half")], { finish: "cut" })),
  },
  "a 400": { replies: [refuse(400, apiError("Bad thing."))] },
  "a 401": { replies: [1, 2, 3].map(() => refuse(401, apiError("Bad key."))) },
  "an answer cut at the output limit": {
    replies: [reply([text("Once")], { finish: { incomplete: "max_output_tokens" } })],
  },
  "an unknown model": { replies: [done], thread: { model: "gpt-99" } },
  "unknown settings": { replies: [done], thread: { settings: { no_such_key: 1 } } },
  "another model than was asked for": {
    replies: [reply([text("done")], { headers: { "openai-model": "gpt-5.2" } })],
  },
  "commands of the user's own Codex": {
    replies: [reply([command("echo one")]), reply([command("sleep 0.3; exit 3")]), done],
    thread: { isolation: "host" },
  },
  "a plan of the user's own Codex": {
    replies: [reply([plan("in_progress", "pending")]), reply([plan("completed", "pending")]), done],
    thread: { isolation: "host", settings: { tools: { update_plan: { enabled: true } } } },
  },
  "a web search": {
    replies: [
      reply([
        rawItem({
          type: "web_search_call",
          id: "ws_1",
          status: "completed",
          action: { type: "search", query: "ktx" },
        }),
        text("done"),
      ]),
    ],
    thread: { isolation: "host" },
  },
};

/** What a transport reports of a situation, without what differs from run to run. */
async function eventsOf(
  transport: TransportName,
  { replies, toolSet, turn, thread }: Situation,
): Promise<readonly ThreadEvent[]> {
  await using folder = await makeTestFolder("transports");
  const home = join(folder.path, "home");
  await mkdir(join(home, ".codex"), { recursive: true });
  await using sim = await startCodexSim({ script: replies });
  await using open = openOwnThread(transport, {
    env: { ...process.env, HOME: home, CODEX_HOME: join(home, ".codex"), CODEX_API_KEY: "" },
    workingDirectory: home,
    endpoint: { baseUrl: sim.baseUrl },
    streamRetries: 2,
    ...(toolSet && { toolSet }),
    ...thread,
  });
  return withoutNoise(await takeEvents(open, turn), sim.baseUrl);
}

/**
 * Ids are renamed in the order in which they come; a warning counts once. Only the app-server adds up, and
 * only it says what Codex calls an error.
 */
function withoutNoise(events: readonly ThreadEvent[], baseUrl: string): readonly ThreadEvent[] {
  const withoutUrl = (message: string): string => message.replaceAll(baseUrl, "URL");
  const names = new Map<string, string>();
  const rename = (id = ""): string => {
    const name = names.get(id) ?? `item_${names.size}`;
    names.set(id, name);
    return name;
  };
  const quiet = events.map((event): ThreadEvent => {
    if (event.type === "thread.started") return { type: "thread.started" };
    if (event.type === "turn.completed" && event.usage !== undefined) {
      const { total_tokens: _, ...usage } = event.usage;
      return { ...event, usage };
    }
    if (event.type === "error") return { type: "error", message: withoutUrl(event.message) };
    if (event.type === "turn.failed")
      return { ...event, error: { message: withoutUrl(event.error.message) } };
    if (!("item" in event)) return event;
    const { id, ...item } = event.item;
    return { ...event, item: item.type === "error" ? item : { ...item, id: rename(id) } };
  });
  return quiet.filter(
    (event, at) =>
      !isWarning(event) || quiet.findIndex((other) => isDeepStrictEqual(other, event)) === at,
  );
}

/** The calls' beginnings and ends, told apart by their arguments. */
function sortCalls(events: readonly ThreadEvent[]): readonly string[] {
  return events
    .flatMap((event) =>
      "item" in event && event.item.type === "mcp_tool_call"
        ? [JSON.stringify({ ...event, item: { ...event.item, id: "" } })]
        : [],
    )
    .toSorted();
}

function isWarning(event: ThreadEvent): boolean {
  return "item" in event && event.item.type === "error";
}

describe.concurrent("the app-server reports what `codex exec` reports", () => {
  test.each(Object.entries(situations))("of %s", async (_, situation) => {
    const exec = await eventsOf("exec", situation);
    const appServer = await eventsOf("app-server", situation);
    expect(exec.length).toBeGreaterThan(2);
    expect(appServer).toEqual(exec);
  });

  test("of calls side by side, which complete in any order", async () => {
    const situation = { replies: [reply([add(1, 2), add(3, 4)]), done], toolSet: tools };
    const exec = await eventsOf("exec", situation);
    const appServer = await eventsOf("app-server", situation);
    expect(sortCalls(exec)).toHaveLength(4);
    expect(sortCalls(appServer)).toEqual(sortCalls(exec));
  });

  test("but for tokens that the service did not report, which it does not call 0", async () => {
    const free: Situation = { replies: [reply([text("free")], { usage: null })] };
    const exec = await eventsOf("exec", free);
    const appServer = await eventsOf("app-server", free);
    expect(exec.at(-1)).toMatchObject({ type: "turn.completed", usage: { input_tokens: 0 } });
    expect(appServer.at(-1)).toEqual({ type: "turn.completed" });
    expect(appServer.slice(0, -1)).toEqual(exec.slice(0, -1));
  });
});
