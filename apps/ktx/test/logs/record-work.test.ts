import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CliError } from "../../src/cli-error.ts";
import { readLogs } from "../../src/logs/read-logs.ts";
import { recordWork, type WorkEnd } from "../../src/logs/record-work.ts";
import { captureIo } from "../capture-io.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "ktx-logs-"));
});
afterEach(() => rm(home, { recursive: true }));

const prompt = "Plan the secret launch";
const auth = { kind: "auth", message: `Bad key for: ${prompt}` };

/** The only run in the logs after a work that ended like this. */
async function logged(work: () => Promise<WorkEnd>, { begins = true } = {}) {
  const io = captureIo({ env: { HOME: home } });
  await recordWork(
    { command: "batch", texts: [prompt], io },
    (begin) => {
      if (begins) begin();
      return work();
    },
    (end) => end,
  ).catch(() => {});
  const [run] = (await readLogs(io)).runs;
  return run && { command: run.command, outcome: run.outcome, failure: run.failure };
}

test.each<[WorkEnd, object]>([
  [
    { ended: "finished", tokens: 3 },
    { outcome: "done", failure: null },
  ],
  [
    { ended: "finished", failed: 2, failure: auth },
    {
      outcome: "error",
      failure: { kind: "auth", message: "2 failed. The first one: Bad key for: [redacted]" },
    },
  ],
  [
    { ended: "blocked", failure: auth, next: "Sign in." },
    {
      outcome: "error",
      failure: { kind: "auth", message: "Bad key for: [redacted]", next: "Sign in." },
    },
  ],
  [
    { ended: "limit" },
    {
      outcome: "error",
      failure: { kind: "limit", message: "It ended before all units were done." },
    },
  ],
  [{ ended: "budget" }, { outcome: "budget", failure: null }],
  [
    { ended: "interrupted", failure: auth },
    { outcome: "interrupted", failure: null },
  ],
])("a batch that ended with %j is in the logs", async (end, run) => {
  expect(await logged(() => Promise.resolve(end))).toEqual({ command: "batch", ...run });
});

test("a failure that quotes the answer is named by its kind alone", async () => {
  const failure = { kind: "invalid-output", message: "got a secret" };
  const run = await logged(() => Promise.resolve({ ended: "finished", failed: 1, failure }));
  expect(run?.failure?.kind).toBe("invalid-output");
  expect(JSON.stringify(run)).not.toContain("got a secret");
});

test("bad input before the work has begun leaves no record", async () => {
  const refused = () => Promise.reject(new CliError({ what: "Expected a file.", exitCode: 2 }));
  expect(await logged(refused, { begins: false })).toBeUndefined();
  expect(await logged(refused)).toMatchObject({ outcome: "error", failure: { kind: "ktx" } });
});
