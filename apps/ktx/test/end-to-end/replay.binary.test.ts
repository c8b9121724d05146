import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, refuse, reply, startCodexSim, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const greetTools = join(import.meta.dirname, "../fixtures/tools/greet.ts");

test("ktx run --record writes a run that ktx replay shows again, without the service, its tools and secrets", async () => {
  await using sandbox = await openSandbox();
  const run = async (): Promise<void> => {
    await using sim = await startCodexSim({
      script: answering((output) =>
        output === undefined ? [toolCall("greet", { name: "Ada" })] : "It is a.",
      ),
    });
    const key = "planted-key-0123456789";
    const args = ["run", `Look in ${sandbox.project} with ${key}.`, "--tools", greetTools];
    const service = [
      "--model",
      "llama3.2",
      "--endpoint",
      sim.baseUrl,
      "--api-key-env",
      "OF_THE_SERVICE",
    ];
    const { exitCode, stdout } = await runKtx(
      { ...sandbox, env: { ...sandbox.env, OF_THE_SERVICE: key } },
      [...args, ...service, "--record", "run.jsonl"],
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "It is a.\n" });
    const text = await readFile(join(sandbox.project, "run.jsonl"), "utf8");
    expect(text).not.toContain(key);
    expect(text).not.toContain(sandbox.project);
    expect(text).toContain("Look in {project} with [redacted].");
  };
  await run();
  const replayed = await runKtx(sandbox, ["replay", "run.jsonl", "--speed", "1000"]);
  expect(replayed).toMatchObject({ exitCode: 0, stdout: "It is a.\n" });
  expect(replayed.stderr).toContain("greet");
  const { stdout } = await runKtx(sandbox, ["replay", "run.jsonl", "--speed", "1000", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    stopReason: "natural",
    text: "It is a.",
    toolCalls: [{ tool: "greet" }],
  });
});

test("a recording, its page and the terminal have no secret of a tool's arguments, result or error, nor of the service", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: ({ toolOutputs }) => {
      if (toolOutputs.length === 0)
        return reply([toolCall("look", { password: "HUNTER2SECRETxyz" })]);
      if (toolOutputs.length === 1) return reply([toolCall("wipe", {})]);
      return refuse(400, { error: { message: "Refused with password=HUNTER2SECRETxyz." } });
    },
  });
  const tools = join(import.meta.dirname, "../fixtures/tools/tells-secrets.ts");
  const service = ["--model", "some-model", "--endpoint", sim.baseUrl];
  const args = ["run", "Wipe it", "--tools", tools, ...service, "--record", "run.jsonl"];
  const { stdout, stderr } = await runKtx(sandbox, args);
  await runKtx(sandbox, ["report", "run.jsonl"]);
  const [recording, page] = await Promise.all(
    ["run.jsonl", "run.html"].map((name) => readFile(join(sandbox.project, name), "utf8")),
  );
  expect(stderr).toContain("cannot wipe with password=[redacted]");
  expect(recording).toContain('"error":"It cannot wipe with password=[redacted]"');
  expect(recording).toContain("Refused with password=[redacted]");
  for (const text of [stdout, stderr, recording, page]) expect(text).not.toContain("HUNTER2");
});

test("ktx replay --check names each line with a secret or a folder of this machine, and a turn without an end", async () => {
  await using sandbox = await openSandbox();
  const env = { ...sandbox.env, SHOP_API_KEY: "planted-key-0123456789" };
  const turn = { turn: 1, atMs: 0 };
  const prompt = `Look in ${sandbox.project}/a.`;
  const start = { type: "turn-start", ...turn, thread: 1, model: "m", tools: [], images: 0 };
  const lines: readonly object[] = [
    { type: "recording", version: 1, madeBy: "@ktx/recording" },
    { ...start, prompt },
    { type: "tool-call", ...turn, call: 1, name: "look", arguments: { key: env.SHOP_API_KEY } },
    { type: "tool-result", ...turn, call: 1, result: null },
  ];
  const write = async (name: string, written: readonly object[]): Promise<void> => {
    const text = written.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeFile(join(sandbox.project, name), text);
  };
  await write("bad.jsonl", lines);
  const bad = await runKtx({ ...sandbox, env }, ["replay", "bad.jsonl", "--check"]);
  expect(bad).toMatchObject({
    exitCode: 1,
    stdout:
      "bad.jsonl:2  A secret or a path is in this line that the rules take out.\n" +
      "bad.jsonl:2  Turn 1 has no end.\n" +
      "bad.jsonl:3  A secret or a path is in this line that the rules take out.\n",
  });
  expect(bad.stdout + bad.stderr).not.toContain(env.SHOP_API_KEY);
  await write("good.jsonl", [
    lines[0] ?? {},
    { ...start, prompt: "Look." },
    { type: "turn-end", ...turn },
  ]);
  const good = await runKtx({ ...sandbox, env }, ["replay", "good.jsonl", "--check", "--json"]);
  expect(good.exitCode).toBe(0);
  expect(JSON.parse(good.stdout)).toEqual({ version: 1, file: "good.jsonl", problems: [] });
  const missing = await runKtx(sandbox, ["replay", "nothing.jsonl", "--check"]);
  expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
});

test("a file that is no recording is neither replaced nor replayed", async () => {
  await using sandbox = await openSandbox();
  const file = join(sandbox.project, "notes.txt");
  await writeFile(file, "My notes.\n");
  const recorded = await runKtx(sandbox, ["run", "Hi.", "-m", "gpt-5.5", "--record", "notes.txt"]);
  expect(recorded).toMatchObject({ exitCode: 2 });
  expect(recorded.stderr).toContain("Expected --record to name a new file or a recording");
  expect(await readFile(file, "utf8")).toBe("My notes.\n");
  const replayed = await runKtx(sandbox, ["replay", "notes.txt"]);
  expect(replayed).toMatchObject({ exitCode: 2, stdout: "" });
  expect(replayed.stderr).toContain("why:   Line 1 of the recording: it is not JSON.");
  const missing = await runKtx(sandbox, ["replay", "nothing.jsonl"]);
  expect(missing.stderr).toContain("ENOENT");
  const own = ["run", "Hi.", "-m", "gpt-5.5", "--record", "/dev/stderr"];
  const log = join(sandbox.project, "log.txt");
  expect(await runKtx(sandbox, own, { shell: `"$@" 2> ${log}` })).toMatchObject({ exitCode: 2 });
  expect(await readFile(log, "utf8")).toContain("Expected --record to name a file of its own");
});

describe("ktx report", () => {
  test("writes the page of a recorded run for its owner alone, and replaces only a report", async () => {
    await using sandbox = await openSandbox();
    const recording = join(
      import.meta.dirname,
      "../../../../examples/record-and-replay/refund.jsonl",
    );
    const page = join(sandbox.project, "refund.html");
    const report = (...more: readonly string[]) => runKtx(sandbox, ["report", recording, ...more]);
    expect(await report()).toMatchObject({ exitCode: 0, stdout: `${page}\n`, stderr: "" });
    expect(await readFile(page, "utf8")).toContain('<h2 id="timeline">Timeline</h2>');
    expect((await stat(page)).mode & 0o777).toBe(0o600);
    expect(await report()).toMatchObject({ exitCode: 0 });
    await writeFile(page, "<p>My own page.</p>");
    const refused = await report();
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("Name another file with --out.");
    expect(await readFile(page, "utf8")).toBe("<p>My own page.</p>");
    const elsewhere = await report("--out", "nowhere/page.html");
    expect(elsewhere).toMatchObject({ exitCode: 2 });
    expect(elsewhere.stderr).toContain("Expected --out to be a file that can be written");
  });

  test("--open shows it with the command of BROWSER, and prints its path where that is missing", async () => {
    await using sandbox = await openSandbox();
    const recording = join(
      import.meta.dirname,
      "../../../../examples/record-and-replay/refund.jsonl",
    );
    const args = ["report", recording, "--open"];
    const withBrowser = (browser: string) => ({
      ...sandbox,
      env: { ...sandbox.env, BROWSER: browser },
    });
    const opened = join(sandbox.project, "opened.txt");
    const browser = join(sandbox.project, "browser.sh");
    await writeFile(browser, `#!/bin/sh\nprintf %s "$2" > '${opened}'\n`, { mode: 0o755 });
    expect(await runKtx(withBrowser(`${browser} --new-window`), args)).toMatchObject({
      exitCode: 0,
    });
    await expect
      .poll(() => readFile(opened, "utf8").catch(() => ""))
      .toMatch(/^file:.*refund\.html$/);
    const missing = await runKtx(withBrowser(join(sandbox.project, "none")), args);
    expect(missing).toMatchObject({
      exitCode: 0,
      stdout: `${join(sandbox.project, "refund.html")}\n`,
    });
    expect(missing.stderr).toMatch(
      /^note: .*none cannot start: .* Open the file in a browser\.\n$/,
    );
  });

  test.each(["nothing.jsonl", "notes.txt"])("%s is refused with the next step", async (name) => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "notes.txt"), "Dear diary,\n");
    const refused = await runKtx(sandbox, ["report", name]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("Record a run: ktx run --record run.jsonl <prompt>");
  });
});
