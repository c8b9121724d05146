import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  answering,
  dropConnection,
  neverAnswer,
  partialText,
  rawAnswer,
  rawEvent,
  refuse,
  reply,
  startCodexSim,
  text,
  toolCall,
  type SimReply,
} from "@ktx/codex-sim";
import { modelRequest, postResponse, postUnanswered, userMessage } from "./post-response.ts";

const looseSchema = {
  ...modelRequest(),
  text: { format: { type: "json_schema", strict: true, schema: { type: "object" } } },
};
const refreshed = { access_token: "new", refresh_token: "next" };

describe("a scripted reply", () => {
  test("is a response stream whose first event creates and whose last completes the response", async () => {
    await using sim = await startCodexSim({ script: [reply([text("hello")])] });
    const { status, headers, events } = await postResponse(sim);
    expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(events[0]).toEqual({
      type: "response.created",
      response: {
        id: "resp_1",
        object: "response",
        model: "gpt-5.5",
        status: "in_progress",
        output: [],
      },
    });
    expect(events.at(-1)).toEqual({
      type: "response.completed",
      response: {
        id: "resp_1",
        object: "response",
        model: "gpt-5.5",
        status: "completed",
        output: [
          {
            type: "message",
            id: "msg_1_0",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: "hello", annotations: [] }],
          },
        ],
        usage: {
          input_tokens: 10,
          input_tokens_details: { cached_tokens: 2 },
          output_tokens: 5,
          output_tokens_details: { reasoning_tokens: 1 },
          total_tokens: 15,
        },
      },
    });
  });

  test("carries its headers, its usage and its raw events", async () => {
    const limits = { type: "codex.rate_limits", plan_type: "plus" };
    await using sim = await startCodexSim({
      script: [
        reply([rawEvent(limits)], {
          headers: { "openai-model": "gpt-5.2" },
          usage: { inputTokens: 100, outputTokens: 7 },
          endTurn: false,
        }),
      ],
    });
    const { headers, events } = await postResponse(sim);
    expect(headers.get("openai-model")).toBe("gpt-5.2");
    expect(events[1]).toEqual(limits);
    expect(events[2]).toMatchObject({
      response: {
        end_turn: false,
        usage: { input_tokens: 100, output_tokens: 7, total_tokens: 107 },
      },
    });
  });

  test("streams its text in as many pieces as asked for, and breaks no character", async () => {
    await using sim = await startCodexSim({ script: [reply([text("a😀b😀c", { deltas: 3 })])] });
    const { events } = await postResponse(sim);
    const deltas = events.filter(({ type }) => type === "response.output_text.delta");
    expect(deltas.map(({ delta }) => delta)).toEqual(["a😀", "b😀", "c"]);
  });

  test("with two tool calls gives each its own call id, also from one response to the next", async () => {
    const pair = reply([toolCall("a", {}), toolCall("b", {})]);
    await using sim = await startCodexSim({ script: [pair, pair] });
    const first = await postResponse(sim);
    const second = await postResponse(sim);
    const ids = [...`${first.body}${second.body}`.matchAll(/"call_id":"(\w+)"/g)].map(
      ([, id]) => id,
    );
    expect(new Set(ids)).toEqual(new Set(["call_1_0", "call_1_1", "call_2_0", "call_2_1"]));
  });

  const brokenOff: readonly (readonly [string, SimReply, string])[] = [
    ["cut after an item", reply([text("whole")], { finish: "cut" }), "cut off"],
    ["cut inside an item", reply([partialText("half")], { finish: "cut" }), "cut off"],
    ["dropped before any answer", dropConnection(), "cut off"],
    ["ended without completion", reply([text("whole")], { finish: "end" }), "ended"],
  ];
  test.each(brokenOff)("that is %s never completes", async (_name, script, outcome) => {
    await using sim = await startCodexSim({ script: [script] });
    const seen = await postResponse(sim).then(
      ({ body }) => (body.includes("response.completed") ? "completed" : "ended"),
      () => "cut off",
    );
    expect(seen).toBe(outcome);
  });

  test("that is cut has first delivered everything before the cut", async () => {
    const long = "x".repeat(1_000_000);
    await using sim = await startCodexSim({ script: [reply([text(long)], { finish: "cut" })] });
    const response = await fetch(`${sim.baseUrl}/responses`, {
      method: "POST",
      body: JSON.stringify(modelRequest()),
    });
    let seen = "";
    await expect(async () => {
      for await (const chunk of response.body ?? []) seen += Buffer.from(chunk).toString("utf8");
    }).rejects.toThrow("terminated");
    expect(seen.match(/^event: .*$/gm)?.at(-1)).toBe("event: response.output_item.done");
  });

  test("that is an HTTP error has the status, the body and the headers it was given", async () => {
    const body = { error: { message: "slow down" } };
    await using sim = await startCodexSim({
      script: [refuse(429, body, { "retry-after": "1" }), refuse(403, "<html></html>")],
    });
    const limited = await postResponse(sim);
    expect([limited.status, limited.headers.get("retry-after"), JSON.parse(limited.body)]).toEqual([
      429,
      "1",
      body,
    ]);
    const blocked = await postResponse(sim);
    expect([blocked.status, blocked.body]).toEqual([403, "<html></html>"]);
  });

  test("that is a raw answer is a 200 with just that body", async () => {
    await using sim = await startCodexSim({ script: [rawAnswer("data: {oops\n\n")] });
    const response = await fetch(`${sim.baseUrl}/responses`, {
      method: "POST",
      body: JSON.stringify(modelRequest()),
    });
    expect([response.status, await response.text()]).toEqual([200, "data: {oops\n\n"]);
  });
});

describe("a script", () => {
  test("that is a list answers what is beyond its end with a 400 that names its length", async () => {
    await using sim = await startCodexSim({ script: [reply([text("only")])] });
    await postResponse(sim);
    const { status, body } = await postResponse(sim);
    expect(status).toBe(400);
    expect(body).toContain("the script's 1 replies are used up (request 1, counted from 0)");
    expect(sim.requests.map((request) => request.index)).toEqual([0, 1]);
  });

  test("that is a function decides from the request", async () => {
    await using sim = await startCodexSim({
      script: async (request) => reply([text(request.userText.toUpperCase())]),
    });
    const { body } = await postResponse(sim, JSON.stringify(modelRequest([userMessage("loud")])));
    expect(body).toContain("LOUD");
  });

  test.each([
    ["a text", () => "Seen.", "'Seen.'"],
    ["nothing", () => undefined, "undefined"],
    ["items without a reply around them", [[text("Seen.")]], "[ { type: 'text', text: 'Seen.'"],
    ["a reply with a text for an item", () => reply(asGiven(["Seen."])), "items: [ 'Seen.' ]"],
  ])("that gives %s answers with a 400 that shows it", async (_name, script, shown) => {
    await using sim = await startCodexSim({ script: asGiven(script) });
    const { status, body } = await postResponse(sim);
    expect(status).toBe(400);
    const { message } = JSON.parse(body).error;
    expect(message).toContain(
      'expected a reply for request 0, such as reply([text("…")]), and the script gave',
    );
    expect(message).toContain(shown);
  });

  test("that throws answers with a 400 that says what it threw", async () => {
    await using sim = await startCodexSim({
      script: () => {
        throw new Error("no such case");
      },
    });
    const { status, body } = await postResponse(sim);
    expect(status).toBe(400);
    expect(body).toContain("the script threw for request 0: Error: no such case");
  });

  test("made by answering() calls a tool, then says something of the tool's output", async () => {
    await using sim = await startCodexSim({
      script: answering((output) =>
        output === undefined ? [toolCall("wiki_search", { query: "rev" })] : `It says: ${output}`,
      ),
    });
    const first = await postResponse(sim);
    expect(first.body).toContain('"name":"wiki_search"');
    const result = { type: "function_call_output", call_id: "call_1_0", output: "found rev" };
    const second = await postResponse(
      sim,
      JSON.stringify(modelRequest([userMessage("hi"), result])),
    );
    expect(second.body).toContain("It says: found rev");
  });
});

describe("a request", () => {
  test("is kept without its credentials", async () => {
    await using sim = await startCodexSim({ script: [reply([text("hi")])] });
    await postResponse(sim, JSON.stringify(modelRequest()), {
      headers: { authorization: "Bearer sk-very-secret" },
    });
    expect(sim.requests[0]?.headers["authorization"]).toMatch(/^Bearer …\(sha256:[0-9a-f]{8}\)$/);
    expect(JSON.stringify(sim.requests)).not.toContain("sk-very-secret");
  });

  test.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("compressed with %s is read, and counted as it was sent", async (encoding, compress) => {
    const sent = compress(JSON.stringify(modelRequest([userMessage("small")])));
    await using sim = await startCodexSim({ script: [reply([text("hi")])] });
    await postResponse(sim, sent, { headers: { "content-encoding": encoding } });
    expect(sim.requests[0]).toMatchObject({ userText: "small", bytes: sent.byteLength });
  });

  test.each([
    ["that is no JSON", "{oops", {}, "not a JSON object"],
    ["in an unknown encoding", "x", { "content-encoding": "br" }, "no decoder"],
    ["with a broken encoding", "x", { "content-encoding": "gzip" }, "unexpected end of file"],
    ["without a model", "{}", {}, "no 'model'"],
    ["with a loose output schema", JSON.stringify(looseSchema), {}, "invalid_json_schema"],
  ])("%s is recorded, refused, and uses up no reply", async (_name, body, headers, reason) => {
    await using sim = await startCodexSim({ script: [reply([text("still there")])] });
    const refused = await postResponse(sim, body, { headers });
    expect(refused.status).toBe(400);
    expect(refused.body).toContain(reason);
    expect(sim.requests).toHaveLength(1);
    expect((await postResponse(sim)).body).toContain("still there");
  });

  test("for the list of models is answered with none, and kept apart", async () => {
    await using sim = await startCodexSim({ script: [] });
    const response = await fetch(`${sim.baseUrl}/models?client_version=0.163.0`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { object: "list", data: [], models: [] },
    ]);
    expect(sim.requests).toEqual([]);
    expect(sim.otherRequests).toMatchObject([
      { method: "GET", path: "/v1/models?client_version=0.163.0", bytes: 0 },
    ]);
  });

  test("that is not for the model can be answered by answerOther, and its body is not kept", async () => {
    await using sim = await startCodexSim({
      script: [],
      answerOther: ({ path }, body) =>
        path === "/v1/oauth/token" && body.includes("old-token") ? rawAnswer(refreshed) : undefined,
    });
    const body = JSON.stringify({ refresh_token: "old-token" });
    const answer = await fetch(`${sim.baseUrl}/oauth/token`, { method: "POST", body });
    expect(await answer.json()).toEqual(refreshed);
    expect(JSON.stringify(sim.otherRequests)).not.toContain("old-token");
    expect((await fetch(`${sim.baseUrl}/elsewhere`, { method: "POST", body })).status).toBe(404);
  });
});

describe("close", () => {
  const waiting: readonly (readonly [string, SimReply])[] = [
    ["a request that is never answered", neverAnswer()],
    ["a stream that stalls", reply([text("first")], { finish: "stall" })],
    ["a pause before the headers", reply([], { beforeHeadersMs: 3_600_000 })],
    ["a pause between items", reply([text("one")], { betweenItemsMs: 3_600_000 })],
  ];
  test.each(waiting)("ends %s at once", async (_name, script) => {
    const arrived = Promise.withResolvers<void>();
    const sim = await startCodexSim({
      script: () => {
        arrived.resolve();
        return script;
      },
    });
    const outcome = postUnanswered(sim);
    await arrived.promise;
    await sim.close();
    expect(await outcome).toBe("cut off");
  });

  test("may be called again, and leaves nothing listening", async () => {
    const sim = await startCodexSim({ script: [] });
    await Promise.all([sim.close(), sim.close()]);
    await sim.close();
    expect(await postUnanswered(sim)).toBe("cut off");
  });

  test("leaves nothing behind that keeps a process alive", async () => {
    const program = `
      import { neverAnswer, reply, startCodexSim, text } from "@ktx/codex-sim";
      const pause = reply([text("late")], { beforeHeadersMs: 3_600_000 });
      const arrived = Promise.withResolvers();
      const sim = await startCodexSim({
        script: ({ index }) => (index === 0 ? neverAnswer() : (arrived.resolve(), pause)),
      });
      const post = () => fetch(sim.baseUrl + "/responses", { method: "POST", body: '{"model":"m"}' });
      const answers = Promise.allSettled([post(), post()]);
      await arrived.promise;
      await sim.close();
      console.log((await answers).map(({ status }) => status).join());`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@ktx/source", "--input-type=module", "--eval", program],
      { cwd: import.meta.dirname, timeout: 100_000 },
    );
    expect(stdout.trim()).toBe("rejected,rejected");
  });

  test("comes with the abort of the signal", async () => {
    const controller = new AbortController();
    const sim = await startCodexSim({ script: [neverAnswer()], signal: controller.signal });
    const outcome = postUnanswered(sim);
    controller.abort();
    expect(await outcome).toBe("cut off");
  });

  test("a signal that is aborted already starts nothing", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(startCodexSim({ script: [], signal })).rejects.toThrow("too late");
  });
});

test("delays are kept: nothing arrives before them", async () => {
  await using sim = await startCodexSim({
    script: [reply([text("late")], { beforeHeadersMs: 60, betweenItemsMs: 60 })],
  });
  const from = performance.now();
  await postResponse(sim);
  expect(performance.now() - from).toBeGreaterThan(170);
});

/** A value as JavaScript gives it, where no type is checked. */
function asGiven(value: unknown): never {
  return value as never;
}
