import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  answering,
  fingerprint,
  neverAnswer,
  rawAnswer,
  refuse,
  reply,
  startCodexSim,
  text,
  toolCall,
  type SimReply,
} from "@ktx/codex-sim";
import { openCodexHome, type CodexHome } from "./open-codex-home.ts";
import { runCodex, startTurn } from "./run-codex.ts";
import { startTestMcpServer } from "./start-test-mcp-server.ts";

let home: CodexHome;
let mcpServer: Awaited<ReturnType<typeof startTestMcpServer>>;

beforeAll(async () => {
  [home, mcpServer] = await Promise.all([openCodexHome(), startTestMcpServer()]);
});

afterAll(async () => {
  await mcpServer[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

describe("what the binary sent", () => {
  test("is read: prompt, instructions, schema, tools and size", async () => {
    const schema = {
      type: "object",
      properties: { ok: { type: "boolean" } },
      required: ["ok"],
      additionalProperties: false,
    };
    await using sim = await startCodexSim({ script: [reply([text('{"ok":true}')])] });
    await runCodex({
      home,
      baseUrl: sim.baseUrl,
      mcpUrl: mcpServer.url,
      prompt: "Is it so?",
      outputSchema: schema,
    });
    const [request] = sim.requests;
    expect(request).toMatchObject({
      index: 0,
      method: "POST",
      path: "/v1/responses",
      model: "gpt-5.5",
      instructions: "You are a helpful assistant.",
      userText: "Is it so?",
      toolOutputs: [],
      outputSchema: schema,
    });
    expect(request?.headers["authorization"]).toBe(`Bearer …(${fingerprint("x")})`);
    expect(request?.tools).toEqual(expect.arrayContaining(["mcp__ktx.wiki_search"]));
    expect(request?.bytes).toBe(Buffer.byteLength(JSON.stringify(request?.body)));
  });

  test("is read also from a model that gets its tools as an input item", async () => {
    await using sim = await startCodexSim({ script: [reply([text("hi")])] });
    const run = { home, baseUrl: sim.baseUrl, mcpUrl: mcpServer.url, model: "gpt-6.1-sol" };
    await runCodex(run);
    expect(sim.requests[0]?.body).not.toHaveProperty("tools");
    expect(sim.requests[0]?.tools).toEqual(expect.arrayContaining(["mcp__ktx.wiki_search"]));
  });

  test("is nothing but the prompt and no tool, without an MCP server", async () => {
    await using sim = await startCodexSim({ script: [reply([text("hi")])] });
    await runCodex({ home, baseUrl: sim.baseUrl });
    expect(sim.requests[0]).toMatchObject({ userText: "hi", tools: [] });
    expect(sim.requests[0]?.bytes).toBeLessThan(2_500);
  });

  test("holds the outputs of the calls, which answering() makes its answer from", async () => {
    await using sim = await startCodexSim({
      script: answering((output) =>
        output === undefined
          ? [toolCall("plain", {}, { namespace: "mcp__ktx", callId: "call_a" })]
          : `The tool: ${output.split("\n").at(-1)}`,
      ),
    });
    const { events } = await runCodex({ home, baseUrl: sim.baseUrl, mcpUrl: mcpServer.url });
    expect(events.at(-2)).toMatchObject({ item: { text: "The tool: only text" } });
    expect(sim.requests[1]?.toolOutputs).toMatchObject([{ callId: "call_a" }]);
  });
});

test("a script with too few replies ends the turn with a sentence that says so", async () => {
  await using sim = await startCodexSim({ script: [] });
  const { events } = await runCodex({ home, baseUrl: sim.baseUrl });
  expect(JSON.stringify(events.at(-1))).toContain("the script's 0 replies are used up");
});

test("a pause between items separates what Codex emits", async () => {
  await using sim = await startCodexSim({
    // Longer than a busy machine stops a program that reads them.
    script: [reply([text("one"), text("two")], { betweenItemsMs: 2_500 })],
  });
  const arrivals: number[] = [];
  for await (const event of await startTurn({ home, baseUrl: sim.baseUrl }))
    if (JSON.stringify(event).includes("agent_message")) arrivals.push(performance.now());
  const [first = 0, second = 0] = arrivals;
  expect(second - first).toBeGreaterThan(200);
});

describe("closing the service in the middle of a run", () => {
  const inFlight: readonly (readonly [string, SimReply])[] = [
    ["that waits for headers", neverAnswer()],
    ["that is in a stream", reply([text("begun")], { finish: "stall" })],
  ];
  test.each(inFlight)("%s fails the turn", async (_name, answer) => {
    const asked = Promise.withResolvers<void>();
    await using sim = await startCodexSim({
      script: () => {
        asked.resolve();
        return answer;
      },
    });
    const run = runCodex({ home, baseUrl: sim.baseUrl });
    await asked.promise;
    await sim.close();
    const { events } = await run;
    expect(events.at(-1)).toMatchObject({
      type: "turn.failed",
      error: { message: expect.stringContaining("stream disconnected before completion") },
    });
  });
});

describe("what is not addressed to the model", () => {
  test("a WebSocket of the built-in provider falls back to HTTP without a word", async () => {
    await using sim = await startCodexSim({ script: [reply([text("hi")])] });
    const { events } = await runCodex({
      home,
      baseUrl: sim.baseUrl,
      config: { model_provider: "openai", openai_base_url: sim.baseUrl },
      env: { CODEX_API_KEY: "sk-sim" },
    });
    expect(events.map((event) => eventType(event))).toEqual([
      "thread.started",
      "turn.started",
      "item.completed",
      "turn.completed",
    ]);
    expect(sim.requests[0]?.headers["authorization"]).toBe(`Bearer …(${fingerprint("sk-sim")})`);
    expect(sim.otherRequests).toMatchObject([{ headers: { upgrade: "websocket" } }]);
  });

  test("a token refresh goes to answerOther, and the new token is used", async () => {
    await using signedIn = await openSignedInHome();
    await using sim = await startCodexSim({
      script: ({ headers }) =>
        headers["authorization"]?.includes(fingerprint(accessToken("new"))) === true
          ? reply([text("hi")])
          : refuse(401, { error: { message: "token expired" } }),
      answerOther: ({ path }, body) =>
        path === "/v1/oauth/token" && body.includes("refresh-old")
          ? rawAnswer({
              id_token: accessToken("new"),
              access_token: accessToken("new"),
              refresh_token: "refresh-new",
            })
          : undefined,
    });
    const { events } = await runCodex({
      home: { ...home, path: signedIn.path },
      baseUrl: sim.baseUrl,
      config: {
        model_provider: "account",
        model_providers: {
          account: {
            name: "account",
            base_url: sim.baseUrl,
            wire_api: "responses",
            supports_websockets: false,
            requires_openai_auth: true,
          },
        },
      },
      env: { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${sim.baseUrl}/oauth/token` },
    });
    expect(events.at(-2)).toMatchObject({ item: { type: "agent_message", text: "hi" } });
    expect(sim.requests.at(-1)?.headers).toMatchObject({
      authorization: `Bearer …(${fingerprint(accessToken("new"))})`,
      "chatgpt-account-id": "account-sim",
    });
  });
});

function eventType(event: unknown): unknown {
  return typeof event === "object" && event !== null && "type" in event ? event.type : undefined;
}

/** A home that is signed in to an account that does not exist. */
async function openSignedInHome(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = join(home.path, "signed-in");
  await mkdir(path);
  await writeFile(
    join(path, "auth.json"),
    JSON.stringify({
      OPENAI_API_KEY: null,
      tokens: {
        id_token: accessToken("old"),
        access_token: accessToken("old"),
        refresh_token: "refresh-old",
        account_id: "account-sim",
      },
      last_refresh: new Date().toISOString(),
    }),
  );
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Shaped like a ChatGPT token, signed by nobody. */
function accessToken(name: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    exp: 4_102_444_800,
    jti: name,
    email: "sim@example.com",
    "https://api.openai.com/auth": {
      chatgpt_account_id: "account-sim",
      chatgpt_plan_type: "plus",
      chatgpt_user_id: "user-sim",
    },
  };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.${encode("sim")}`;
}
