import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  parseScript,
  recordedScript,
  recordService,
  refuse,
  reply,
  startCodexSim,
  text,
} from "@ktx/codex-sim";
import { postResponse } from "./post-response.ts";

describe("a recorded exchange", () => {
  test("of a service is answered again, event by event, and has no credentials", async () => {
    const folder = mkdtempSync(join(tmpdir(), "codex-sim-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "exchange.jsonl");
    await using service = await startCodexSim({
      script: [
        reply([text("Hello.")], { headers: { "openai-model": "gpt-5.5" } }),
        refuse(429, { error: {} }, { "retry-after": "3" }),
      ],
    });
    await using recorder = await startCodexSim({
      script: [],
      forward: recordService({ upstream: service.baseUrl, file }),
    });
    const headers = { authorization: "Bearer of-somebody", "content-type": "application/json" };
    const first = await postResponse(recorder, undefined, { headers });
    const second = await postResponse(recorder, undefined, { headers });
    expect(service.requests[0]?.headers["authorization"]).toMatch(/^Bearer …/);
    const recorded = readFileSync(file, "utf8");
    expect(recorded).not.toContain("of-somebody");

    await using again = await startCodexSim({ script: recordedScript(recorded) });
    const replayed = await postResponse(again);
    expect(replayed.events).toEqual(first.events);
    expect(replayed.headers.get("openai-model")).toBe("gpt-5.5");
    const refused = await postResponse(again);
    expect([refused.status, refused.headers.get("retry-after"), refused.body]).toEqual([
      429,
      "3",
      second.body,
    ]);
  });

  test("of a service that cannot be reached answers 502 with the reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "codex-sim-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const forward = recordService({
      upstream: "http://service.invalid/v1",
      file: join(folder, "exchange.jsonl"),
      send: () => Promise.reject(new Error("no such host")),
    });
    await using sim = await startCodexSim({ script: [], forward });
    const { status, body } = await postResponse(sim);
    expect([status, body]).toEqual([502, expect.stringContaining("no such host")]);
  });

  test.each([
    ["", "Expected at least one line"],
    ["oops", "Line 1 of the exchange: expected"],
    ['{"status":200,"headers":{},"body":""}\n{"status":99,"headers":{},"body":""}', "Line 2"],
    ['{"status":200,"headers":{}}', "Line 1"],
  ])("%j is refused with the line", (written, reason) => {
    expect(() => recordedScript(written)).toThrow(reason);
  });
});

describe("a script as JSON", () => {
  test("has texts, tool calls, several items, refusals and silence", () => {
    const written = [
      { text: "Hello." },
      { tool: "look", arguments: { word: "a" } },
      { items: [{ text: "Well." }, { tool: "look" }] },
      { status: 429, body: { error: {} }, headers: { "retry-after": 1 } },
      { never: true },
    ];
    expect(parseScript(JSON.stringify(written)).map(({ type }) => type)).toEqual([
      "stream",
      "stream",
      "stream",
      "http",
      "never-answer",
    ]);
  });

  test.each([
    ["oops", "Expected a script as JSON"],
    ["{}", "Expected a script as a list of replies"],
    ["[5]", "Reply 0: expected `text`"],
    ['[{"text":"a"},{"items":[{}]}]', "Reply 1: expected"],
    ['[{"status":900}]', "Reply 0"],
  ])("%j is refused with the reply that is wrong", (written, reason) => {
    expect(() => parseScript(written)).toThrow(reason);
  });
});
