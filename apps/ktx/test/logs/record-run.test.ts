import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentRunReport } from "../../src/agent/run-agent.ts";
import type { RunObserver } from "../../src/agent/run-observer.ts";
import { CliError } from "../../src/cli-error.ts";
import { createCleaner } from "../../src/logs/clean-text.ts";
import { readLogs } from "../../src/logs/read-logs.ts";
import { recordRun } from "../../src/logs/record-run.ts";
import { logsFolder, readRecords } from "../../src/logs/run-records.ts";
import { renderLogs } from "../../src/render/logs-report.ts";
import { captureIo } from "../capture-io.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "ktx-logs-"));
});
afterEach(() => rm(home, { recursive: true }));

const secrets = {
  prompt: "Plan the secret launch",
  system: "You are a spy of long standing",
  key: "made-up-key-4711",
};

const report: AgentRunReport = {
  version: 1,
  stopReason: "natural",
  text: "The secret answer of the model",
  toolCalls: [],
  toolFailures: [],
  metrics: { totalMs: 1_234.5, usage: { totalTokens: 30 }, stepCount: 2, stepBoundariesMs: [] },
};

const observer: RunObserver = {
  onStart: () => {},
  onStep: () => {},
  onLimit: () => {},
  onWarning: () => {},
  onCallStart: () => {},
  onCallEnd: () => {},
};

/** Records a run that ends like this, in the home. */
async function record(end: () => Promise<AgentRunReport>, { starts = true } = {}) {
  const io = captureIo({ env: { HOME: home, MY_KEY: secrets.key } });
  const input = { prompt: secrets.prompt, system: secrets.system, observer };
  const outcome = await recordRun({ command: "run", input, io }, async (recorded) => {
    const { onStart, onCallEnd, onWarning } = recorded.observer;
    if (starts) onStart({ model: "some-model", tools: ["greet"], stepBudget: 20 });
    onCallEnd({
      tool: "greet",
      input: { name: "secret argument" },
      durationMs: 1.5,
      error: "secret error",
    });
    onWarning(`The key ${secrets.key} has a space.`);
    return end();
  }).catch((error: unknown) => error);
  return { outcome, io, records: await readRecords(logsFolder(io.env)) };
}

test("the record of a run has its events, and nothing of its texts; only its user can read it", async () => {
  const { outcome, records } = await record(() => Promise.resolve(report));
  expect(outcome).toBe(report);
  expect(records.map(({ events }) => events)).toMatchObject([
    [
      { type: "begin", version: 1, command: "run", node: process.versions.node },
      { type: "start", model: "some-model", tools: 1 },
      { type: "call", tool: "greet", durationMs: 2, failed: true },
      { type: "warning", message: "The key [redacted] has a space." },
      { type: "end", outcome: "done", totalMs: 1_235, steps: 2, tokens: 30 },
    ],
  ]);
  const [{ path } = { path: "" }] = records;
  expect(await readFile(path, "utf8")).not.toMatch(/secret|spy|4711/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(logsFolder({ HOME: home }))).mode & 0o777).toBe(0o700);
});

describe("the record of a run that failed", () => {
  test("has the failure without the key and the prompt that the service quotes", async () => {
    const message = `Bad key ${secrets.key} for: ${secrets.prompt}`;
    const error = { kind: "auth", message, next: "Sign in." };
    const { io } = await record(() => Promise.resolve({ ...report, stopReason: "error", error }));
    const logs = await readLogs(io);
    expect(logs.lastFailure).toMatchObject({
      command: "run",
      model: "some-model",
      failure: { kind: "auth", message: "Bad key [redacted] for: [redacted]", next: "Sign in." },
    });
    expect(renderLogs(logs, io)).toContain("message Bad key [redacted] for: [redacted]");
  });

  test("leaves out a message that quotes the answer", async () => {
    const error = { kind: "invalid-output", message: "Expected a number, got secret" };
    const { records } = await record(() =>
      Promise.resolve({ ...report, stopReason: "error", error }),
    );
    expect(JSON.stringify(records)).not.toContain("secret");
  });

  test("names the tool whose call failed it, without its message", async () => {
    const message = "Codex runtime tool call failed: greet: secret";
    const error = { kind: "tool-call", message, failedTools: ["greet"] };
    const { io } = await record(() => Promise.resolve({ ...report, stopReason: "error", error }));
    const { failure } = (await readLogs(io)).lastFailure ?? {};
    expect(failure?.message).toMatch(/^Failed tool: greet\. The message is left out/);
  });

  test("has the stack of a defect, with ~ for the home", async () => {
    const { io } = await record(() => Promise.reject(new TypeError(`no file ${home}/x`)));
    const { failure } = (await readLogs(io)).lastFailure ?? {};
    expect(failure).toMatchObject({ kind: "defect", message: "no file ~/x" });
    expect(failure?.stack).toMatch(/^TypeError: no file ~\/x\n +at /);
  });

  test.each([
    [true, 1],
    [false, 0],
  ])("by bad input is there where the run had begun (%s)", async (starts, count) => {
    const error = new CliError({ what: "Expected a file.", exitCode: 2 });
    const io = captureIo({ env: { HOME: home } });
    await recordRun({ command: "run", input: { prompt: "", observer }, io }, (recorded) => {
      if (starts) recorded.observer.onStart({ model: "m", tools: [], stepBudget: 1 });
      return Promise.reject(error);
    }).catch(() => {});
    expect(await readRecords(logsFolder(io.env))).toHaveLength(count);
  });
});

test("the last 20 records are kept", async () => {
  for (let run = 0; run < 22; run += 1) await record(() => Promise.resolve(report));
  const { io } = await record(() => Promise.resolve(report));
  const names = await readdir(logsFolder(io.env));
  // Old ones go when a run begins.
  expect(names).toHaveLength(21);
  expect((await readLogs(io)).runs.map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 21 }, () => "done"),
  );
});

test("a record that was cut, or holds foreign lines, is read as far as it goes", async () => {
  const { io, records } = await record(() => Promise.resolve(report));
  const path = records[0]?.path ?? "";
  const lines = (await readFile(path, "utf8")).split("\n");
  await writeFile(path, `${lines[0]}\nnoise\n{"type":"else"}\n${lines[1]}\n{"type":"en`);
  const { runs } = await readLogs(io);
  expect(runs).toMatchObject([{ model: "some-model", outcome: "unfinished", failure: null }]);
});

test("a home that takes no folder disturbs no run", async () => {
  const io = captureIo({ env: { HOME: "/dev/null" } });
  const input = { prompt: "Hi", observer };
  const run = recordRun({ command: "run", input, io }, () => Promise.resolve(report));
  expect(await run).toBe(report);
});

test("a cleaner takes secrets by the names of their variables, and folders", () => {
  const env = {
    HOME: "/home/ada",
    GITHUB_TOKEN: "made-up-token",
    SHORT_KEY: "abc",
    EDITOR: "an-editor",
  };
  const clean = createCleaner({
    env,
    texts: ["a text of the user"],
    folders: [["/srv/x", "[project]"]],
  });
  expect(clean("made-up-token abc an-editor a text of the user /srv/x/a /home/ada/b")).toBe(
    "[redacted] abc an-editor [redacted] [project]/a ~/b",
  );
});
