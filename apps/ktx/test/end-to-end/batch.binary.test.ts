import { appendFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answering,
  type CodexSim,
  neverAnswer,
  refuse,
  reply,
  type SimReply,
  type SimRequest,
  startCodexSim,
  text,
  toolCall,
  usedUpPlan,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";
import { readLogs } from "../../src/logs/read-logs.ts";
import { openSandbox, runKtx, type Sandbox, spawnKtx } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

/** A run without a schema is `codex exec`, one with a schema `codex app-server`. */
const transports = [
  ["exec", [], (answer: string) => answer],
  [
    "app-server",
    ["--schema", join(fixtures, "schemas/city.json")],
    (answer: string) => JSON.stringify({ name: answer, rivers: null }),
  ],
] as const;

async function writePrompts({ project }: Sandbox, ids: readonly string[]): Promise<void> {
  const lines = ids.map((id) => JSON.stringify({ id, prompt: `Question ${id}` }));
  await writeFile(join(project, "prompts.jsonl"), lines.join("\n"));
}

function linesOf(results: string): readonly Readonly<Record<string, unknown>>[] {
  return results
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe.each(transports)("over %s, ktx batch", (_, flags, write) => {
  const answer = ({ userText }: SimRequest): SimReply =>
    reply([text(write(`Answer to ${userText}`))]);

  test("prints one result a line in the order of the prompts, and asks none again", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answer });
    const ids = ["c", "a", "b", "e", "d", "c again"];
    await writePrompts(sandbox, ids.slice(0, -1));
    await appendFile(
      join(sandbox.project, "prompts.jsonl"),
      '\n{"id":"c again","prompt":"Question c"}',
    );
    const args = ["batch", "prompts.jsonl", ...flags, ...on(sim)];
    const first = await runKtx(sandbox, args);
    expect(first.stderr).toContain("6 of 6 done · 75 tokens");
    expect(first.exitCode).toBe(0);
    expect(linesOf(first.stdout).map(({ id, status, tokens }) => [id, status, tokens])).toEqual(
      ids.map((id) => [id, "done", 15]),
    );
    expect(first.stdout).toContain("Answer to Question c");
    expect(sim.requests).toHaveLength(5);
    const second = await runKtx(sandbox, [...args, "--out", "results.jsonl"]);
    expect({ ...second, stderr: "" }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await readFile(join(sandbox.project, "results.jsonl"), "utf8")).toBe(first.stdout);
    expect(sim.requests).toHaveLength(5);
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});

const vienna = reply([text(JSON.stringify({ name: "Vienna", rivers: null }))]);

/** The command runs within this process. */
async function readStatus({ project }: Sandbox, ...flags: readonly string[]): Promise<string> {
  const io = captureIo({ cwd: project });
  expect(await runCli(["batch", "status", ...flags], io)).toBe(0);
  return io.written.stdout;
}

/** On exec, Codex names the minute of a reset alone: `test/batch/limits.binary.test.ts` runs both on a clock that jumps. */
describe("ktx batch that meets a usage limit", () => {
  test("waits once for a usage limit that is met in the middle, and then goes on with all prompts", async () => {
    await using sandbox = await openSandbox();
    let asked = 0;
    let resetsAtMs = Number.POSITIVE_INFINITY;
    let refused = 0;
    await using sim = await startCodexSim({
      script: () => {
        asked += 1;
        // Far enough for the program to learn of it before, also on a machine that does much else.
        if (asked === 4) resetsAtMs = Math.ceil(Date.now() / 1_000) * 1_000 + 4_000;
        if (asked < 4 || Date.now() >= resetsAtMs) return vienna;
        refused += 1;
        return usedUpPlan(resetsAtMs / 1_000);
      },
    });
    const ids = Array.from({ length: 12 }, (__, index) => `p${index}`);
    await writePrompts(sandbox, ids);
    const schema = ["--schema", join(fixtures, "schemas/city.json")];
    const args = ["batch", "prompts.jsonl", ...schema, ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(linesOf(stdout).map(({ id, status }) => [id, status])).toEqual(
      ids.map((id) => [id, "done"]),
    );
    expect(stderr.match(/limit: /g)).toHaveLength(1);
    expect(stderr).toContain("The wait for the limit is over.");
    // No more than those that ran at once met it.
    expect(refused).toBeLessThanOrEqual(4);
    expect(sim.requests).toHaveLength(12 + refused);
    expect(exitCode).toBe(0);
  });

  test("asks with one prompt in a new run, and with all where the limit is lifted before its end", async () => {
    await using sandbox = await openSandbox();
    const resetsAt = Math.ceil(Date.now() / 1_000) + 7_200;
    let isLifted = false;
    await using sim = await startCodexSim({
      script: () => (isLifted ? vienna : usedUpPlan(resetsAt)),
    });
    const ids = ["a", "b", "c", "d"];
    await writePrompts(sandbox, ids);
    const schema = ["--schema", join(fixtures, "schemas/city.json")];
    const args = ["batch", "prompts.jsonl", "--wait", "1", ...schema, ...on(sim)];
    const first = await runKtx(sandbox, args);
    expect(first.stderr).toContain("longer than --wait allows");
    expect(first.exitCode).toBe(3);
    const before = sim.requests.length;
    expect((await runKtx(sandbox, args)).exitCode).toBe(3);
    expect(sim.requests).toHaveLength(before + 1);
    isLifted = true;
    const last = await runKtx(sandbox, args);
    expect(linesOf(last.stdout).map(({ id }) => id)).toEqual(ids);
    expect(last.exitCode).toBe(0);
    expect(sim.requests).toHaveLength(before + 1 + ids.length);
  });
});

describe("ktx batch in a terminal", () => {
  test("counts down to the end of a limit on one line, and Ctrl-C ends the wait at once", async () => {
    await using sandbox = await openSandbox();
    const resetsAt = Math.ceil(Date.now() / 1_000) + 7_200;
    await using sim = await startCodexSim({
      script: () => (sim.requests.length <= 2 ? vienna : usedUpPlan(resetsAt)),
    });
    await writePrompts(sandbox, ["a", "b", "c", "d"]);
    const schema = ["--schema", join(fixtures, "schemas/city.json")];
    const session = openTerminal(sandbox, [
      "batch",
      "prompts.jsonl",
      "--concurrency",
      "1",
      ...schema,
      ...on(sim),
    ]);
    await session.seen("2 of 4 · waiting for the limit to reset, 1:59:");
    session.press(keys.interrupt);
    expect(await session.exitCode).toBe(130);
    const screen = session.screen();
    expect(screen).toContain('{"id":"b","status":"done","value":{"name":"Vienna"}');
    expect(screen.match(/waiting for the limit/g) ?? []).toEqual([]);
    expect(screen).toContain("2 of 4 done · 2 left");
    expect(screen).toContain("Interrupted. Nothing is left running.");
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});

describe("ktx batch that is interrupted", () => {
  test("gives back what runs, says how to go on, and goes on without asking an answered prompt again", async () => {
    await using sandbox = await openSandbox();
    let isSlow = true;
    await using sim = await startCodexSim({
      script: (request) =>
        isSlow && sim.requests.length > 3
          ? neverAnswer()
          : reply([text(`Answer to ${request.userText}`)]),
    });
    await writePrompts(sandbox, ["a", "b", "c", "d", "e", "f"]);
    const args = ["batch", "prompts.jsonl", "--concurrency", "2", ...on(sim)];
    const running = spawnKtx(sandbox, args);
    await running.seen("done 3 of 6");
    running.child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await running.result;
    expect(stderr).toContain("3 of 6 done · 3 left");
    expect(stderr).toContain("Interrupted. Nothing is left running.");
    expect(stderr).toContain("Run the same command again to go on");
    expect({ exitCode, lines: linesOf(stdout).length }).toEqual({ exitCode: 130, lines: 3 });
    expect(await sandbox.listProcesses()).toEqual([]);
    isSlow = false;
    const before = sim.requests.length;
    const resumed = await runKtx(sandbox, args);
    expect(linesOf(resumed.stdout).map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(sim.requests).toHaveLength(before + 3);
    expect(resumed.exitCode).toBe(0);
  });
});

describe("ktx batch that cannot finish", () => {
  test("ends at its token budget with exit code 3, and says how to go on", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "Yes.") });
    await writePrompts(sandbox, ["a", "b", "c", "d"]);
    const args = ["batch", "prompts.jsonl", "--concurrency", "1", ...on(sim)];
    const first = await runKtx(sandbox, [...args, "--token-budget", "30"]);
    expect(first.stderr).toContain("error: Stopped: the token budget is used up.");
    expect(first.stderr).toContain("2 of 4 done · 2 left · 30 tokens");
    expect([first.exitCode, linesOf(first.stdout).length]).toEqual([3, 2]);
    expect(sim.requests).toHaveLength(2);
  });

  test("ends at once where no prompt can succeed, and gives the fix", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: () => refuse(401, { error: { message: "Incorrect API key provided." } }),
    });
    await writePrompts(sandbox, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    const args = ["batch", "prompts.jsonl", "--concurrency", "2", ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stderr).toContain("0 of 8 done · 8 left");
    expect(stderr).toContain("Incorrect API key provided.");
    expect(stderr).toMatch(/^next: .*key/m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const [run] = (await readLogs({ env: sandbox.env })).runs;
    expect(run).toMatchObject({ command: "batch", outcome: "error", failure: { kind: "auth" } });
    // Codex itself repeats the request of a prompt.
    expect(new Set(sim.requests.map(({ userText }) => userText)).size).toBeLessThanOrEqual(2);
  });

  test("keeps failed prompts as lines of their own, and tries them again with --only-failed", async () => {
    await using sandbox = await openSandbox();
    let isBroken = true;
    await using sim = await startCodexSim({
      script: (request) =>
        isBroken && request.userText.includes("b")
          ? refuse(400, { error: { message: "This is refused.", type: "invalid_request_error" } })
          : reply([text("Yes.")]),
    });
    await writePrompts(sandbox, ["a", "b", "c"]);
    const args = ["batch", "prompts.jsonl", ...on(sim)];
    const first = await runKtx(sandbox, args);
    expect(linesOf(first.stdout)).toMatchObject([
      { id: "a", status: "done", text: "Yes." },
      {
        id: "b",
        status: "failed",
        error: { kind: "invalid-request", message: expect.stringContaining("This is refused.") },
      },
      { id: "c", status: "done" },
    ]);
    expect(first.stderr).toContain("with --only-failed");
    expect(first.exitCode).toBe(1);
    isBroken = false;
    const before = sim.requests.length;
    const second = await runKtx(sandbox, [...args, "--only-failed"]);
    expect(linesOf(second.stdout).map(({ status }) => status)).toEqual(["done", "done", "done"]);
    expect(second.exitCode).toBe(0);
    expect(sim.requests).toHaveLength(before + 1);
    const third = await runKtx(sandbox, [...args, "--only-failed"]);
    expect(third.stderr).toContain("Nothing to try again: no prompt has failed.");
    expect([third.exitCode, third.stdout]).toEqual([0, second.stdout]);
    const status = await readStatus(sandbox);
    const name = `${join(sandbox.project, "prompts.jsonl")} (some-model at ${new URL(sim.baseUrl).host}`;
    expect(status).toContain(`${name}, only failed)\n    1 of 1 done · `);
    expect(status).toContain(`${name})\n    3 of 3 done · `);
    expect(JSON.parse(await readStatus(sandbox, "--json"))).toMatchObject({
      version: 1,
      batches: [{ counts: { done: 1 } }, { counts: { done: 3, failed: 0 } }],
      pauses: [],
    });
  });

  test("ends with 3 where --only-failed leaves prompts that were never asked, and says how to ask them", async () => {
    await using sandbox = await openSandbox();
    let isBroken = true;
    await using sim = await startCodexSim({
      script: (request) =>
        isBroken && request.userText.includes("b")
          ? refuse(400, { error: { message: "This is refused.", type: "invalid_request_error" } })
          : reply([text("Yes.")]),
    });
    const args = ["batch", "prompts.jsonl", ...on(sim)];
    await writePrompts(sandbox, ["a", "b"]);
    expect((await runKtx(sandbox, args)).exitCode).toBe(1);
    await writePrompts(sandbox, ["a", "b", "c", "d"]);
    expect((await runKtx(sandbox, [...args, "--only-failed"])).exitCode).toBe(1);
    isBroken = false;
    for (const news of ["2 of 4 done", "Nothing to try again: no prompt has failed."]) {
      // The first run answers the failed prompt, the second one has none to ask.
      const { exitCode, stderr } = await runKtx(sandbox, [...args, "--only-failed"]);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(news);
      expect(stderr.replaceAll(/\s+/g, " ")).toContain(
        "error: No answer yet: 2 prompts. --only-failed asks no prompt that has not failed. next: Run the same command without --only-failed to ask the rest.",
      );
      const [logged] = (await readLogs({ env: sandbox.env })).runs;
      expect(logged).toMatchObject({ outcome: "error", failure: { kind: "stopped" } });
    }
    const last = await runKtx(sandbox, args);
    expect([last.exitCode, linesOf(last.stdout).length]).toEqual([0, 4]);
  });
});

test("ktx batch asks the prompts of a folder with the tools of a module", async () => {
  await using sandbox = await openSandbox();
  await mkdir(join(sandbox.project, "prompts"));
  for (const name of ["b.md", "a.txt", "notes.csv"])
    await writeFile(join(sandbox.project, "prompts", name), `Greet ${name}`);
  await writeFile(join(sandbox.project, "secret.txt"), "A secret.");
  await symlink(join(sandbox.project, "secret.txt"), join(sandbox.project, "prompts", "c.txt"));
  await using sim = await startCodexSim({
    script: answering((heard) =>
      heard === undefined ? [toolCall("greet", { name: "Ada" })] : (heard.split("\n").at(-1) ?? ""),
    ),
  });
  const tools = ["--tools", join(fixtures, "tools/greet.ts")];
  const args = ["batch", "prompts", ...tools, ...on(sim)];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
  expect(stderr.replaceAll(/\s+/g, " ")).toContain(
    "as no .md or .txt file that can be read: c.txt (a link), notes.csv.",
  );
  expect(JSON.stringify(sim.requests)).not.toContain("A secret.");
  expect(linesOf(stdout)).toMatchObject([
    { id: "a.txt", text: "Good morning, Ada." },
    { id: "b.md", text: "Good morning, Ada." },
  ]);
  expect(exitCode).toBe(0);
});
