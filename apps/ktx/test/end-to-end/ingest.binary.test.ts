import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse, reply, startCodexSim, text, usedUpPlan } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { readLogs } from "../../src/logs/read-logs.ts";
import { playIngest } from "../play-ingest.ts";
import { openSandbox, runKtx, type Sandbox, spawnKtx } from "../spawn-ktx.ts";

async function write(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.project, name)), { recursive: true });
    await writeFile(join(sandbox.project, name), content);
  }
}

const sources = {
  "docs/refunds.md": "- A refund is paid within 30 days.\n- A refund lowers net revenue.\n",
  "docs/policy.html": "<p>A refund is paid within 14 days.</p>\n<p>An order has one buyer.</p>\n",
  "docs/orders.sql": "-- An order has one buyer.\nselect 1;\n",
};

const model = (baseUrl: string): readonly string[] => ["-m", "gpt-5.5", "--endpoint", baseUrl];

test("ktx ingest makes a wiki, says what it did, and pays nothing for a second run or a deleted source", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  await write(sandbox, sources);
  const first = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl)]);
  expect(first.stdout).toContain("The wiki is up to date.\nCreated: order.md, refund.md\n");
  expect(first.stdout).toContain("1 contradiction is flagged on its pages.");
  expect(first.stdout).toContain("3 read · 0 unchanged · 0 failed · 0 left");
  expect(first.stdout).toMatch(
    /^reading [\d.]+ s, [\d,]+ tokens · comparing [\d.]+ s, [\d,]+ tokens · writing [\d.]+ s\nslowest: \S+ [\d.]+ s · /m,
  );
  expect(first.stderr).toContain("3 to read · 0 unchanged · 0 deleted · 0 skipped");
  expect(first.stderr).toMatch(/^ {2}3\/3 {2}docs\/\w+\.\w+ {2}[\d,]+ tokens$/m);
  expect(first.exitCode).toBe(0);
  expect(await readFile(join(sandbox.project, "wiki/refund.md"), "utf8")).toContain("14 days");
  const check = await runKtx(sandbox, ["wiki", "check"]);
  expect(check).toMatchObject({ exitCode: 0 });
  const asked = sim.requests.length;
  const second = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl), "--json"]);
  const lines = second.stdout.trim().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "report", outcome: "unchanged" });
  expect(second.exitCode).toBe(0);
  await rm(join(sandbox.project, "docs/policy.html"));
  const third = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl)]);
  expect(third.stdout).toContain("1 claim has lost its source, and is gone.");
  expect(third.exitCode).toBe(0);
  expect(sim.requests).toHaveLength(asked);
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("ktx report shows what ktx ingest --json has printed", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  await write(sandbox, sources);
  const { stdout } = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl), "--json"]);
  await write(sandbox, { "ingest.jsonl": stdout });
  const path = join(sandbox.project, "ingest.html");
  const report = await runKtx(sandbox, ["report", "ingest.jsonl"]);
  expect(report).toMatchObject({ exitCode: 0, stdout: `${path}\n` });
  const page = await readFile(path, "utf8");
  for (const unit of ["docs/refunds.md", "docs/policy.html", "docs/orders.sql"])
    expect(page).toMatch(new RegExp(`<td>${unit}[^<]*</td>\\s*<td>done</td>`));
  expect(page).toContain("1 contradiction on the pages");
  expect(page).toContain("finished, applied");
  expect(page).toContain(" 0 failed, 0 held, 0 left");
});

test("without a configured model ktx ingest refuses with the setup line, and --plan needs none", async () => {
  await using sandbox = await openSandbox();
  await write(sandbox, sources);
  const { exitCode, stderr, stdout } = await runKtx(sandbox, ["ingest", "docs"]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("codex");
  expect(stderr).toContain("ktx setup --llm-backend codex --no-input");
  const plan = await runKtx(sandbox, ["ingest", "docs", "--plan"]);
  expect(plan).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(plan.stdout)).toMatchObject({ estimate: { units: 3, from: "bytes" } });
  expect(await readdir(sandbox.project)).toEqual(["docs"]);
});

test("--plan prints the units and the estimate, and changes nothing", async () => {
  await using sandbox = await openSandbox();
  await write(sandbox, { ...sources, "docs/tool.exe": "MZ" });
  const { exitCode, stdout } = await runKtx(sandbox, ["ingest", "docs", "--plan", "-m", "gpt-5.5"]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    units: [{ source: "docs/orders.sql", kind: "sql", from: 1, to: 2 }, {}, {}],
    unchanged: [],
    skipped: [{ path: "docs/tool.exe" }],
    estimate: { units: 3, from: "bytes" },
  });
  expect(exitCode).toBe(0);
  expect(await readdir(sandbox.project)).toEqual(["docs"]);
  // A state that ktx did not write is the user's to repair, and no defect of ktx.
  await write(sandbox, { ".ktx/ingest/ledger.json": "{oops" });
  const broken = await runKtx(sandbox, ["ingest", "docs", "--plan", "-m", "gpt-5.5"]);
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toMatch(/^error: Expected [\s\S]*Restore it/);
});

test("arguments that name no file are wrong usage", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stderr } = await runKtx(sandbox, ["ingest", "docs", "-m", "gpt-5.5"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Expected files to read, got none from docs.");
});

test("a budget ends with exit code 3 and the next step; the next run goes on and commits", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  await write(sandbox, sources);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", sandbox.project, ...args], { env: sandbox.env, encoding: "utf8" });
  git("init", "--quiet");
  git("config", "user.email", "ada@example.com");
  git("config", "user.name", "Ada");
  const bounded = ["--token-budget", "1", "--concurrency", "1"];
  const first = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl), ...bounded]);
  expect(first.exitCode).toBe(3);
  expect(first.stderr).toContain("The token budget of 1 is used up.");
  expect(first.stdout).toContain("The wiki has not changed yet.");
  expect(first.stdout).toContain("next:  Run the same command again: it goes on from here.");
  const second = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl), "--commit"]);
  expect(second).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Committed as ") });
  expect(git("log", "-1", "--format=%B")).toMatch(/^docs\(wiki\): 2 pages.*\n\nKtx-Ingest: /);
  expect(git("status", "--porcelain")).toBe("?? docs/\n");
  expect(git("show", "--stat", "--format=", "HEAD")).toContain("wiki/.ktx.json");
  // A change that is only proposed leaves Git alone, whatever else has changed there.
  await writeFile(join(sandbox.project, "wiki/order.md"), "# Orders of ours\n");
  await write(sandbox, { "docs/orders.sql": "-- An order has a number.\nselect 1;\n" });
  const third = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl), "--commit"]);
  expect(third).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Proposed, since") });
  expect(git("diff", "--cached", "--stat")).toBe("");
  expect(git("rev-list", "--count", "HEAD")).toBe("1\n");
});

test("an interrupted run says how to go on, and the next one runs only what is left", async () => {
  await using sandbox = await openSandbox();
  let isStuck = true;
  await using sim = await startCodexSim({
    script: (request) =>
      isStuck && request.userText.includes("refunds.md")
        ? reply([text("…")], { beforeHeadersMs: 60_000 })
        : playIngest(request),
  });
  await write(sandbox, sources);
  const args = ["ingest", "docs", ...model(sim.baseUrl), "--concurrency", "1"];
  const running = spawnKtx(sandbox, args);
  await running.seen("2/3  docs/policy.html");
  running.child.kill("SIGINT");
  const first = await running.result;
  expect(first.exitCode).toBe(130);
  expect(first.stdout).toContain("next:  Run the same command again: it goes on from here.");
  await expect(readdir(join(sandbox.project, "wiki"))).rejects.toThrow("ENOENT");
  isStuck = false;
  const asked = sim.requests.length;
  expect(await runKtx(sandbox, args)).toMatchObject({ exitCode: 0 });
  const { runs } = await readLogs({ env: sandbox.env });
  expect(runs.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual([
    "ingest done",
    "ingest interrupted",
  ]);
  const units = sim.requests.slice(asked).filter(({ userText }) => userText.includes("Your part"));
  expect(units.every(({ userText }) => userText.includes("refunds.md"))).toBe(true);
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("ktx wiki review lists what was proposed for an edited page, and takes it", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  await write(sandbox, { "docs/a.md": "A refund is paid within 30 days.\n" });
  const args = ["ingest", "docs", ...model(sim.baseUrl)];
  await runKtx(sandbox, args);
  const page = join(sandbox.project, "wiki/refund.md");
  await writeFile(page, (await readFile(page, "utf8")).replace("# Refund", "# Refunds of ours"));
  await write(sandbox, { "docs/b.md": "A refund has one reason.\n" });
  const run = await runKtx(sandbox, args);
  expect(run.stdout).toContain("next:  Settle what waits with ktx wiki review.");
  const list = await runKtx(sandbox, ["wiki", "review"]);
  expect(list.stdout).toContain("refund.md  A person edited this page.\n");
  expect(list.stdout).toContain("  + - A refund has one reason.[^s2]\n");
  const taken = await runKtx(sandbox, ["wiki", "review", "refund.md", "--accept"]);
  expect(taken).toMatchObject({
    exitCode: 0,
    stdout: "Accepted refund.md. Changed: refund.md.\n",
  });
  expect(await readFile(page, "utf8")).toMatch(/# Refunds of ours\n[\s\S]*one reason/);
  const none = await runKtx(sandbox, ["wiki", "review", "refund.md"]);
  expect(none).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("No proposal waits."),
  });
});

test("a usage limit in the middle is one wait for all units, and then the run finishes", async () => {
  await using sandbox = await openSandbox();
  let refusals = 0;
  await using sim = await startCodexSim({
    script: (request) => {
      if (refusals > 0 || !request.userText.includes("policy.html")) return playIngest(request);
      refusals += 1;
      // Far enough for the program to learn of it before, also on a machine that does much else.
      const resets = Math.ceil(Date.now() / 1_000) + 5;
      const error = { type: "usage_limit_reached", message: "Used up", resets_at: resets };
      const headers = {
        "x-codex-primary-used-percent": "100",
        "x-codex-primary-window-minutes": "300",
        "x-codex-primary-reset-at": String(resets),
      };
      return refuse(429, { error }, headers);
    },
  });
  await write(sandbox, sources);
  const args = ["ingest", "docs", ...model(sim.baseUrl), "--concurrency", "1"];
  const { exitCode, stderr } = await runKtx(sandbox, args);
  expect(stderr.match(/All units wait until/g)).toHaveLength(1);
  expect(stderr).toContain("The limit has reset.");
  expect(exitCode).toBe(0);
});

test("a limit that was lifted before its time keeps no new ktx ingest and no new ktx batch from going on", async () => {
  await using sandbox = await openSandbox();
  let isUsedUp = true;
  const resetsAt = Math.ceil(Date.now() / 1_000) + 7_200;
  await using sim = await startCodexSim({
    script: (request) => {
      if (isUsedUp) return usedUpPlan(resetsAt);
      return request.userText.startsWith("Say") ? reply([text("Yes.")]) : playIngest(request);
    },
  });
  await write(sandbox, { ...sources, "prompts.jsonl": '"Say yes."\n"Say it again."\n' });
  const commands = [
    ["ingest", "docs"],
    ["batch", "prompts.jsonl"],
  ] as const;
  const run = (command: readonly string[]) =>
    runKtx(sandbox, [...command, ...model(sim.baseUrl), "--wait", "1", "--concurrency", "2"]);
  for (const command of commands) expect(await run(command)).toMatchObject({ exitCode: 3 });
  const before = sim.requests.length;
  // Still there: one unit asks, and nobody else.
  expect(await run(commands[0])).toMatchObject({ exitCode: 3 });
  expect(sim.requests.length - before).toBe(1);
  isUsedUp = false;
  for (const command of commands) {
    const { exitCode, stderr } = await run(command);
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain("limit");
  }
});

test("a set of claims that the model does not judge is held: the rest lands, and exit code 3 says so", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: (request) =>
      request.userText.startsWith("Compare")
        ? reply([text("They are fine.")])
        : playIngest(request),
  });
  await write(sandbox, sources);
  const { exitCode, stdout } = await runKtx(sandbox, ["ingest", "docs", ...model(sim.baseUrl)]);
  expect(exitCode).toBe(3);
  expect(stdout).toContain("Created: order.md");
  expect(stdout).toContain("1 set of claims could not be compared, and waits for you.");
  expect(stdout).toContain("next:  Add --only-failed to try again what failed.");
  const list = await runKtx(sandbox, ["wiki", "review", "--json"]);
  const { proposals } = JSON.parse(list.stdout);
  expect(proposals).toMatchObject([{ kind: "set" }]);
  // An editor that removes one claim and words another one.
  const program = join(sandbox.root, "editor.mjs");
  await writeFile(
    program,
    `import { readFileSync, writeFileSync } from "node:fs";
const file = process.argv[2];
const lines = readFileSync(file, "utf8").split("\\n").filter((line) => !line.includes("14 days"));
writeFileSync(file, lines.join("\\n").replace("within", "in at most"));\n`,
  );
  const editor = { ...sandbox.env, EDITOR: `'${process.execPath}' '${program}'` };
  const edited = await runKtx({ ...sandbox, env: editor }, [
    "wiki",
    "review",
    proposals[0].id,
    "--edit",
  ]);
  expect(edited).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/refund\.md\.\n$/) });
  const page = await readFile(join(sandbox.project, "wiki/refund.md"), "utf8");
  expect(page).toContain("- A refund is paid in at most 30 days.[^s");
  expect(page).not.toContain("14 days");
});

test("ktx wiki undo takes the last ingest back, and the next one writes it again with no request", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  await write(sandbox, sources);
  const args = ["ingest", "docs", ...model(sim.baseUrl)];
  await runKtx(sandbox, args);
  const review = await runKtx(sandbox, ["wiki", "review"]);
  expect(review.stdout).toContain("contradiction  refund.md: The sources name different numbers.");
  expect(review.stdout).toContain("No proposal waits.");
  const undone = await runKtx(sandbox, ["wiki", "undo"]);
  expect(undone).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("\nRemoved: order.md, refund.md\n"),
  });
  const none = await runKtx(sandbox, ["wiki", "undo"]);
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("none is left") });
  const asked = sim.requests.length;
  const again = await runKtx(sandbox, args);
  expect(again.stdout).toContain("Created: order.md, refund.md\n");
  expect(sim.requests).toHaveLength(asked);
});

test("without a sign-in the run ends at once, nothing counts as failed, and the fix is named", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: () => refuse(401, { error: { message: "Wrong key", type: "invalid_request_error" } }),
  });
  await write(sandbox, sources);
  const args = ["ingest", "docs", ...model(sim.baseUrl), "--concurrency", "1"];
  const { exitCode, stdout } = await runKtx(sandbox, args);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^Stopped: /m);
  expect(stdout).toContain("0 read · 0 unchanged · 0 failed · 3 left");
  expect(stdout).toMatch(/^next: .*the same command goes on from here/m);
});
