import { describe, expect, test } from "vitest";
import { reply, type SimFault, type SimFaults, startCodexSim, text } from "@ktx/codex-sim";
import { postResponse, postUnanswered } from "./post-response.ts";

const hello = (): ReturnType<typeof reply> => reply([text("One."), text("Two.")]);
const script = { script: hello };

/** The status of each of several requests, one after the other; 0 for one without an answer. */
async function statuses(count: number, faults: SimFaults): Promise<readonly number[]> {
  await using sim = await startCodexSim({ ...script, faults });
  const found: number[] = [];
  for (let index = 0; index < count; index += 1)
    found.push(
      await postResponse(sim).then(
        ({ status }) => status,
        () => 0,
      ),
    );
  return found;
}

describe("a planned fault", () => {
  test("by number meets these requests and no others", async () => {
    const faults: SimFault[] = [
      { kind: "rate-limit", requests: [1] },
      { kind: "refuse", status: 503, requests: [1, 3] },
    ];
    expect(await statuses(5, { faults })).toEqual([200, 429, 200, 503, 200]);
  });

  test("by probability meets the same requests for the same seed, and others for another", async () => {
    const plan = (seed: number): SimFaults => ({
      seed,
      faults: [{ kind: "refuse", status: 500, probability: 0.5 }],
    });
    const first = await statuses(30, plan(7));
    expect(await statuses(30, plan(7))).toEqual(first);
    expect(await statuses(30, plan(8))).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await statuses(5, { faults: [{ kind: "drop", probability: 0 }] })).toEqual([
      200, 200, 200, 200, 200,
    ]);
    expect(await statuses(2, { faults: [{ kind: "drop", probability: 1 }] })).toEqual([0, 0]);
  });

  test("of a rate limit says when to come again", async () => {
    const faults: SimFault[] = [{ kind: "rate-limit", retryAfterSeconds: 9, requests: [0] }];
    await using sim = await startCodexSim({ ...script, faults: { faults } });
    const { status, headers } = await postResponse(sim);
    expect([status, headers.get("retry-after")]).toEqual([429, "9"]);
  });

  test("that refuses takes no reply of the script, so that a repeated request gets it", async () => {
    const faults: SimFault[] = [{ kind: "refuse", status: 500, requests: [0] }];
    await using sim = await startCodexSim({ script: [hello()], faults: { faults } });
    expect((await postResponse(sim)).status).toBe(500);
    expect((await postResponse(sim)).body).toContain("One.");
  });

  test("that cuts a stream has sent its first half", async () => {
    const faults: SimFault[] = [{ kind: "cut", requests: [0] }];
    await using sim = await startCodexSim({ ...script, faults: { faults } });
    expect(await postUnanswered(sim)).toBe("cut off");
    expect(sim.journal).toMatchObject([{ fault: "cut", reply: "stream" }]);
  });

  test("of latency holds the answer back, and the end of the service ends the wait", async () => {
    const faults: SimFault[] = [{ kind: "latency", ms: 86_400_000, requests: [0] }];
    const sim = await startCodexSim({ ...script, faults: { faults } });
    const answer = postUnanswered(sim);
    await expect.poll(() => sim.journal.length).toBe(1);
    await sim.close();
    expect(await answer).toBe("cut off");
  });

  test("is switched while the service runs", async () => {
    await using sim = await startCodexSim(script);
    expect((await postResponse(sim)).status).toBe(200);
    sim.setFaults({ faults: [{ kind: "refuse", status: 500, probability: 1 }] });
    expect((await postResponse(sim)).status).toBe(500);
    sim.setFaults(undefined);
    expect((await postResponse(sim)).status).toBe(200);
  });
});

describe("over HTTP", () => {
  const put = (sim: { readonly baseUrl: string }, body: string, headers = {}): Promise<Response> =>
    fetch(new URL("/__sim/faults", sim.baseUrl), { method: "PUT", body, headers });

  test("faults are switched, and the journal has each request with its reply", async () => {
    await using sim = await startCodexSim(script);
    const plan = { faults: [{ kind: "rate-limit", requests: [1] }], seed: 3 };
    expect((await put(sim, JSON.stringify(plan))).status).toBe(200);
    await postResponse(sim, undefined, { headers: { authorization: "Bearer of-somebody" } });
    await postResponse(sim);
    const journal = await fetch(new URL("/__sim/requests", sim.baseUrl));
    const entries: unknown = await journal.json();
    expect(entries).toMatchObject([
      { index: 0, model: "gpt-5.5", userText: "hi", reply: "stream" },
      { index: 1, reply: "http 429", fault: "rate-limit" },
    ]);
    expect(JSON.stringify(entries)).not.toContain("of-somebody");
    const rest = await fetch(new URL("/__sim/requests?from=1", sim.baseUrl));
    expect(await rest.json()).toHaveLength(1);
    expect((await put(sim, "null")).status).toBe(200);
    expect((await postResponse(sim)).status).toBe(200);
  });

  test.each([
    ["no JSON", "oops", "JSON"],
    ["no list", '{"faults":{}}', "Expected null, or"],
    ["no kind", '{"faults":[{"requests":[0]}]}', "expected a `kind`"],
    ["no time", '{"faults":[{"kind":"cut"}]}', "expected a `probability` from 0 to 1"],
    ["a wrong chance", '{"faults":[{"kind":"cut","probability":2}]}', "expected a `probability`"],
    ["a wrong status", '{"faults":[{"kind":"refuse","status":200,"requests":[0]}]}', "400 to 599"],
    ["no time to wait", '{"faults":[{"kind":"latency","requests":[0]}]}', "expected `ms`"],
  ])("a plan with %s is refused with what was expected", async (_name, body, expected) => {
    await using sim = await startCodexSim(script);
    const answer = await put(sim, body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(expected);
    expect((await postResponse(sim)).status).toBe(200);
  });

  test.each(["x", "-1", "1.5", ""])("the journal is not read from the request %j", async (from) => {
    await using sim = await startCodexSim(script);
    const answer = await fetch(new URL(`/__sim/requests?from=${from}`, sim.baseUrl));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(
      `Expected \`from\` as the number of a request, from 0, got ${from}.`,
    );
  });

  test("a page in a browser controls nothing, and an unknown path is named", async () => {
    await using sim = await startCodexSim(script);
    expect((await put(sim, "null", { origin: "https://example.org" })).status).toBe(403);
    const unknown = await fetch(new URL("/__sim/nothing", sim.baseUrl));
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining("Expected GET /__sim/requests or PUT /__sim/faults"),
    ]);
  });
});
