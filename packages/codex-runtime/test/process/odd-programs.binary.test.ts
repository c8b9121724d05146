import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runningProcesses } from "../running-processes.ts";

type Transport = "exec" | "app-server";

interface Program extends AsyncDisposable {
  readonly folder: string;
  ask(prompt?: string): Promise<string>;
  /** Those of its processes that still run. */
  remaining(): readonly unknown[];
}

/** A program in the place of Codex, which runs this script as the turn. */
async function standIn(
  transport: Transport,
  script: string,
  options: Partial<CodexRuntimeOptions> = {},
): Promise<Program> {
  const folder = await makeTestFolder("odd-program");
  await mkdir(folder.path, { recursive: true });
  const codexPath = join(folder.path, "codex");
  // It has no catalog to print, like an old Codex.
  const program = `if (process.argv[2] === "debug") process.exit(1);\n${script}`;
  await writeFile(codexPath, `#!${process.execPath}\n${program}`, { mode: 0o755 });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: folder.path,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: "http://127.0.0.1:9/v1" },
    codexPath,
    transport,
    maxRetries: 0,
    ...options,
  });
  return {
    folder: folder.path,
    ask: (prompt = "Hi!") => runtime.generateText({ role: "default", prompt }),
    remaining: () => runningProcesses().filter(({ argv }) => argv.includes(codexPath)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const say = `const say = (...lines) => lines.forEach((line) =>
  process.stdout.write((typeof line === "string" ? line : JSON.stringify(line)) + "\\n"));`;
const answer = `{ type: "item.completed", item: { id: "1", type: "agent_message", text: "Here." } }`;

describe("the events of `codex exec`", () => {
  test("are read between lines that are none", async () => {
    await using program = await standIn(
      "exec",
      `${say} say("null", "", "\\uFEFF", { type: "thread.started", thread_id: "t" }, "[]",
        "2026-11-28T21:34:35Z  WARN codex_core: a log line", '"text"', "7", { type: "turn.started" },
        '{"type":"item.comp', "\\uFEFF" + JSON.stringify(${answer}), "\\r",
        { type: "turn.completed", usage: null });`,
    );
    expect(await program.ask()).toBe("Here.");
  });

  test.each(["null", "undefined", "[]", '"many"', '{ input_tokens: "ten" }'])(
    "end with usage %s as with none",
    async (usage) => {
      await using program = await standIn(
        "exec",
        `${say} say(${answer}, { type: "turn.completed", usage: ${usage} });`,
      );
      expect(await program.ask()).toBe("Here.");
    },
  );

  test("are no more to come once the process has ended, whoever holds its output", async () => {
    await using program = await standIn(
      "exec",
      `${say}
       const { spawn } = require("node:child_process");
       const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 30000)"], { stdio: "inherit", detached: true });
       require("node:fs").writeFileSync(__dirname + "/pid", String(other.pid));
       other.unref();
       console.error("Error: out of luck");
       say({ type: "turn.started" });
       process.stdout.write("", () => process.exit(3));`,
      { idleTimeoutMs: 10_000 },
    );
    await expect(program.ask()).rejects.toMatchObject({
      failure: { kind: "process", exitCode: 3 },
      message: expect.stringContaining("out of luck"),
    });
    process.kill(Number(await readFile(join(program.folder, "pid"), "utf8")), "SIGKILL");
  });

  test("of a program that prints other things and fails are none of Codex's, unless it says why", async () => {
    await using silent = await standIn("exec", `${say} say("Hello."); process.exitCode = 1;`);
    await expect(silent.ask()).rejects.toMatchObject({
      failure: { kind: "codex-config" },
      message: expect.stringContaining("Expected the events of Codex"),
    });
    await using telling = await standIn(
      "exec",
      `${say} say("A log line."); console.error("Error: no luck"); process.exitCode = 1;`,
    );
    await expect(telling.ask()).rejects.toMatchObject({
      failure: { kind: "process" },
      message: expect.stringContaining("no luck"),
    });
  });
});

const endless = (stream: "stdout" | "stderr", piece: string, times = 65_536): string => `
  const piece = Buffer.from(${JSON.stringify(piece)}.repeat(${times}));
  const write = () => process.${stream}.write(piece, write);
  write();`;

describe.each(["exec", "app-server"] as const)("over %s", (transport) => {
  test.each([
    [
      "a line without an end",
      endless("stdout", "x"),
      /^Codex was stopped: it wrote a line of more than 33554432 bytes/,
    ],
    [
      "a line without an end after good ones",
      `console.log(JSON.stringify({ type: "turn.started" })); ${endless("stdout", '{"')}`,
      /^Codex was stopped: it wrote a line of more than 33554432 bytes/,
    ],
    [
      "a line of other characters without an end",
      endless("stdout", `${"x".repeat(200_000)}\u{1f600}\u2028`, 8),
      /^Codex was stopped: it wrote a line of more than 33554432 bytes/,
    ],
  ])("%s ends the run", async (_, script, message) => {
    await using program = await standIn(transport, script);
    await expect(program.ask()).rejects.toMatchObject({
      failure: { kind: "process", retryable: false },
      message: expect.stringMatching(message),
    });
    expect(program.remaining()).toEqual([]);
  });

  test("a program that ends without reading a long prompt is a failure with its reason", async () => {
    await using program = await standIn(
      transport,
      `console.error("Error: the configuration is odd"); process.exitCode = 4; process.stdin.destroy();`,
    );
    await expect(program.ask("😀".repeat(500_000))).rejects.toMatchObject({
      failure: { kind: "process", exitCode: 4 },
      message: expect.stringContaining("the configuration is odd"),
    });
  });

  test("a program that ends while it reads a long prompt is a failure, and the next call too", async () => {
    await using program = await standIn(
      transport,
      `process.stdin.once("data", () => process.kill(process.pid, "SIGKILL"));`,
    );
    for (let call = 0; call < 2; call += 1)
      await expect(program.ask("é".repeat(1_000_000))).rejects.toMatchObject({
        failure: { kind: "process", signal: "SIGKILL" },
      });
  });
});

test("standard error without an end ends the run over exec, whose SDK keeps all of it", async () => {
  await using program = await standIn("exec", endless("stderr", "noise\n"));
  await expect(program.ask()).rejects.toMatchObject({
    failure: { kind: "process" },
    message: expect.stringMatching(
      /^Codex was stopped: it wrote more than 8388608 bytes to standard error/,
    ),
  });
  expect(program.remaining()).toEqual([]);
});

test("standard error without an end is not kept over the app-server", async () => {
  await using program = await standIn("app-server", endless("stderr", "noise\n"), {
    idleTimeoutMs: 2_000,
  });
  await expect(program.ask()).rejects.toMatchObject({
    failure: { kind: "timeout", limit: "idle" },
  });
  expect(program.remaining()).toEqual([]);
});

// Over the app-server, the configuration of a thread travels on standard input.
test("a configuration that is too long for a command line cannot be started over exec, and the next run can", async () => {
  await using program = await standIn("exec", `${say} say(${answer}, { type: "turn.completed" });`);
  const runtimeAt = (baseUrl: string): CodexKtxLlmRuntime =>
    new CodexKtxLlmRuntime({
      projectDir: program.folder,
      modelSlots: { default: "codex" },
      codexPath: join(program.folder, "codex"),
      endpoint: { baseUrl },
      transport: "exec",
    });
  const ask = { role: "default", prompt: "Hi!" };
  const url = "http://127.0.0.1:9/";
  await expect(runtimeAt(url + "x".repeat(200_000)).generateText(ask)).rejects.toMatchObject({
    failure: { kind: "codex-config" },
    message: expect.stringMatching(/E2BIG\. The command line is too long for this system/),
  });
  expect(await runtimeAt(url).generateText(ask)).toBe("Here.");
});
