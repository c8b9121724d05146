import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

const folder = await makeTestFolder("exec-fallback");
afterAll(() => folder[Symbol.asyncDispose]());

const answersInitialize = (version: string): string => `
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    const result = method === "initialize" ? { userAgent: "ktx/${version} (x)" } : { odd: true };
    if (id !== undefined) process.stdout.write(JSON.stringify({ id, result }) + "\\n");
  });`;

/** The app-servers of Codexes that have none which can be used. */
const unfit = {
  "no app-server": `
    console.error("error: unrecognized subcommand 'app-server'\\n\\nUsage: codex [OPTIONS]");
    process.exitCode = 2;`,
  "an old app-server": answersInitialize("0.99.0"),
  "an app-server that opens no threads": answersInitialize("0.163.0"),
};

/** A Codex whose exec answers `{"n":1}`. */
async function writeCodex(appServer: string, name: string): Promise<string> {
  await mkdir(folder.path, { recursive: true });
  const path = join(folder.path, name);
  const script = `#!${process.execPath}
    const args = process.argv.slice(2);
    const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
    if (args.includes("app-server")) { ${appServer} }
    else if (args.includes("exec")) process.stdin.resume().on("end", () => {
      say({ type: "thread.started", thread_id: "t" });
      say({ type: "turn.started" });
      say({ type: "item.completed", item: { id: "a", type: "agent_message", text: '{"n":1}' } });
      say({ type: "turn.completed", usage: { input_tokens: 1, cached_input_tokens: 0, output_tokens: 1 } });
    });
    else process.exitCode = 1;`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

function openRuntime(codexPath: string, options: Partial<CodexRuntimeOptions> = {}) {
  const warnings: string[] = [];
  const runtime = new CodexKtxLlmRuntime({
    projectDir: folder.path,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: "http://127.0.0.1:9" },
    codexPath,
    env: { ...process.env, XDG_CACHE_HOME: join(folder.path, "cache") },
    onWarning: ({ kind, message }) => {
      if (kind === "exec-fallback") warnings.push(message);
    },
    ...options,
  });
  return { runtime, warnings };
}

describe.each(Object.entries(unfit))("with %s", (title, appServer) => {
  const codex = writeCodex(appServer, title.replaceAll(" ", "-"));
  const asked = { role: "default", prompt: "Hi!" };

  test("every method runs on exec, and one warning gives the reason", async () => {
    const { runtime, warnings } = openRuntime(await codex);
    await using _ = runtime;
    const answer = { n: 1 };
    const texts = await Promise.all([1, 2, 3].map(() => runtime.generateText(asked)));
    expect(texts.map((text) => JSON.parse(text))).toEqual([answer, answer, answer]);
    const schema = z.object({ n: z.number() });
    expect(await runtime.generateObject({ ...asked, schema })).toEqual(answer);
    const loop = await runtime.runAgentLoop({
      modelRole: "default",
      userPrompt: "Hi!",
      systemPrompt: "Answer.",
      toolSet: {},
      stepBudget: 3,
    });
    expect(loop).toMatchObject({ text: '{"n":1}' });
    let streamed = "";
    for await (const delta of runtime.streamText(asked).textStream) streamed += delta;
    expect(streamed).toBe('{"n":1}');
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Runs use `codex exec` instead of a warm app-server with this Codex: [^.]/,
      ),
    ]);
  });

  test("each runtime warns once", async () => {
    const { runtime, warnings } = openRuntime(await codex);
    await using _ = runtime;
    await runtime.warm();
    await runtime.generateText(asked);
    await runtime.generateText(asked);
    expect(warnings).toHaveLength(1);
  });

  test("a thread of several turns fails with the reason and a way out that works", async () => {
    const { runtime, warnings } = openRuntime(await codex);
    await using _ = runtime;
    await using thread = runtime.openThread({ role: "default" });
    await expect(thread.generateText({ prompt: "Hi!" })).rejects.toMatchObject({
      failure: { kind: "codex-config", retryable: false },
      message: expect.stringMatching(
        /^A thread of several turns needs an app-server.*a call for each turn/,
      ),
    });
    expect(warnings).toEqual([]);
  });
});

test("a missing Codex is the same failure, also once another one was unfit", async () => {
  const codexPath = await writeCodex(unfit["an old app-server"], "unfit");
  await openRuntime(codexPath).runtime.generateText({ role: "default", prompt: "Hi!" });
  const { runtime, warnings } = openRuntime(join(folder.path, "missing", "codex"));
  const answer = runtime.generateText({ role: "default", prompt: "Hi!" });
  await expect(answer).rejects.toMatchObject({ failure: { kind: "codex-config" } });
  expect(warnings).toEqual([]);
});

test("a turn that may have begun is not run again on exec", async () => {
  const opensThreads = `
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      const results = {
        initialize: { userAgent: "ktx/0.163.0 (x)" },
        "thread/start": { thread: { id: "t", ephemeral: true, environments: [] } },
      };
      const result = results[method] ?? { odd: true };
      if (id !== undefined) process.stdout.write(JSON.stringify({ id, result }) + "\\n");
    });`;
  const { runtime, warnings } = openRuntime(await writeCodex(opensThreads, "odd-turns"));
  await using _ = runtime;
  await expect(runtime.generateText({ role: "default", prompt: "Hi!" })).rejects.toMatchObject({
    failure: { kind: "codex-config" },
    message: expect.stringContaining("Expected Codex to answer turn/start"),
  });
  expect(warnings).toEqual([]);
});

test("a Codex that keeps each thread in memory serves the first one, and the next run is on exec", async () => {
  const keeping = `
    const tell = (method, params) =>
      process.stdout.write(JSON.stringify({ method, params: { ...params, threadId: "t" } }) + "\\n");
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method } = JSON.parse(line);
      const results = {
        initialize: { userAgent: "ktx/0.163.0 (x)" },
        "thread/start": { thread: { id: "t", ephemeral: true, environments: [] } },
        "turn/start": { turn: { id: "u" } },
      };
      const result = results[method] ?? {};
      if (id !== undefined) process.stdout.write(JSON.stringify({ id, result }) + "\\n");
      if (method !== "turn/start") return;
      tell("warning", {
        message: "Codex is ignoring 1 unrecognized configuration setting.\\n" +
          "  session-flags: \`thread_unload_delay_secs\` is ignored.",
      });
      tell("item/completed", { turnId: "u", item: { type: "agentMessage", id: "a", text: "warm" } });
      tell("turn/completed", { turn: { id: "u", status: "completed" } });
    });`;
  const { runtime, warnings } = openRuntime(await writeCodex(keeping, "keeping"));
  await using _ = runtime;
  const asked = { role: "default", prompt: "Hi!" };
  expect(await runtime.generateText(asked)).toBe("warm");
  expect(await runtime.generateText(asked)).toBe('{"n":1}');
  expect(await runtime.generateText(asked)).toBe('{"n":1}');
  expect(warnings).toEqual([expect.stringContaining("it ignores `thread_unload_delay_secs`")]);
});
