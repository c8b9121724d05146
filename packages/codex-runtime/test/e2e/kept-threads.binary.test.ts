import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  partialText,
  reply,
  type SimRequest,
  type SimScript,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { CodexKtxLlmRuntime, type HistoryItem, type Transport } from "../../src/index.ts";
import type { CreateTransportOptions } from "../../src/transport/create-transport.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { openOwnTransport } from "../own-threads.ts";
import { type Scene, stageOn, startSceneOn } from "./scene.ts";
import { add } from "./tools.ts";

const opened = { role: "default", system: "You are terse." } as const;
const { codexPath } = codexUnderTest;
const unknownId = "0199a213-81c0-7800-8aa1-bbab2a035a53";

/** The conversation in a request: who said it, and what. */
function said(request: SimRequest | undefined): readonly string[] {
  const { input } = (request?.body ?? { input: [] }) as { input: Record<string, unknown>[] };
  return input.flatMap(({ type, role, content, name, output }) => {
    if (type === "function_call") return [`calls ${String(name)}`];
    if (type === "function_call_output") return [`result ${String(output)}`];
    const parts = content as { text?: string }[];
    return [`${String(role)}: ${parts.map((part) => part.text ?? "").join("")}`];
  });
}

const counting: SimScript = (request) =>
  reply([text(`answer ${said(request).filter((line) => line.startsWith("user:")).length}`)]);

/** A scene with a home of its own, so that its threads on disk are its own, too. */
async function startScene(
  script: SimScript,
  transport: "app-server" | "auto" = "app-server",
  toolTransport?: CreateTransportOptions["toolTransport"],
): Promise<Scene & { readonly home: string; readonly another: () => CodexKtxLlmRuntime }> {
  const home = await makeTestFolder("kept-threads");
  const env = { HOME: home.path, PATH: process.env["PATH"] };
  let own: Transport | undefined;
  const scene = await startSceneOn(
    transport,
    script,
    { env },
    toolTransport &&
      ((baseUrl) =>
        (own = openOwnTransport("app-server", {
          models: ["gpt-5.5"],
          endpoint: { baseUrl },
          codexPath,
          env: { ...env, TMP: baseUrl },
          toolTransport,
        }))),
  );
  const others: CodexKtxLlmRuntime[] = [];
  return {
    ...scene,
    home: home.path,
    another: () => {
      const runtime = new CodexKtxLlmRuntime({
        projectDir: process.cwd(),
        modelSlots: { default: "codex", other: "other-codex" },
        endpoint: { baseUrl: scene.sim.baseUrl },
        codexPath,
        transport,
        env: { ...env, TMP: scene.sim.baseUrl },
      });
      others.push(runtime);
      return runtime;
    },
    [Symbol.asyncDispose]: async () => {
      for (const runtime of [...others, scene.runtime]) await runtime[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
      await scene[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function filesWith(folder: string, mark: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const content = await readFile(join(parentPath, name), "latin1").catch(() => "");
      return content.includes(mark) ? [join(parentPath, name)] : [];
    }),
  );
  return found.flat();
}

test("a history comes before the first prompt, with its tool calls", async () => {
  await using scene = await startScene(counting);
  const history: readonly HistoryItem[] = [
    { type: "message", role: "user", text: "What is 1 + 2?" },
    { type: "tool-call", tool: "add", arguments: { a: 1, b: 2 }, result: "3" },
    { type: "message", role: "assistant", text: "It is 3." },
  ];
  await using thread = scene.runtime.openThread({ ...opened, tools: { add }, history });
  expect(await thread.generateText({ prompt: "And 2 + 2?" })).toBe("answer 2");
  expect(said(scene.sim.requests[0]).slice(-6)).toEqual([
    "developer: You are terse.",
    "user: What is 1 + 2?",
    "calls add",
    "result 3",
    "assistant: It is 3.",
    "user: And 2 + 2?",
  ]);
  expect(await filesWith(scene.home, "What is 1 + 2?")).toEqual([]);
});

test("a history with an item that Codex would drop is refused before anything is started", async () => {
  await using scene = await startScene(counting);
  for (const item of [
    { type: "message", role: "robot", text: "Hi" },
    { type: "message", role: "user", text: " " },
    { type: "tool-call", tool: "add", arguments: {} },
    { type: "thought", text: "Hm." },
  ])
    expect(() =>
      scene.runtime.openThread({ ...opened, history: [item as unknown as HistoryItem] }),
    ).toThrow(expect.objectContaining({ code: "invalid-history" }));
  expect(scene.codexProcesses()).toEqual([]);
});

test("exec refuses a history, a kept thread and a resumed one", async () => {
  await using scene = await stageOn("exec").startScene([]);
  const refusal = expect.objectContaining({ code: "single-turns" });
  const history = [{ type: "message", role: "user", text: "Hi" }] as const;
  expect(() => scene.runtime.openThread({ ...opened, history })).toThrow(refusal);
  expect(() => scene.runtime.openThread({ ...opened, persist: true })).toThrow(refusal);
  expect(() => scene.runtime.resumeThread(unknownId, opened)).toThrow(refusal);
  expect(() => scene.runtime.threads).toThrow(
    expect.objectContaining({ code: "threads-not-kept" }),
  );
});

test("host isolation keeps no threads, since they would be among the user's own", async () => {
  await using scene = await stageOn("app-server").startScene([], { isolation: "host" });
  expect(() => scene.runtime.openThread({ ...opened, persist: true })).toThrow(
    expect.objectContaining({ code: "threads-not-kept" }),
  );
});

test.each(["app-server", "auto"] as const)(
  "a kept thread goes on in a later runtime, with another model, and counts its own tokens (%s)",
  async (transport) => {
    await using scene = await startScene(counting, transport);
    let id: string | undefined;
    {
      await using first = scene.another();
      await using thread = first.openThread({ ...opened, persist: true });
      expect(await thread.generateText({ prompt: "One." })).toBe("answer 1");
      expect(await thread.generateText({ prompt: "Two." })).toBe("answer 2");
      expect(thread.usage).toMatchObject({ inputTokens: 20, outputTokens: 10 });
      id = thread.id;
    }
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await using later = scene.another();
    await using resumed = later.resumeThread(id ?? "", { role: "other" });
    expect(resumed.id).toBe(id);
    expect(await resumed.generateText({ prompt: "Three." })).toBe("answer 3");
    expect(resumed.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    const last = scene.sim.requests.at(-1);
    expect(last?.model).toBe("other-codex");
    expect(said(last)).toEqual(
      expect.arrayContaining(["developer: You are terse.", "user: One.", "assistant: answer 2"]),
    );
    expect(last?.tools).toEqual([]);
  },
);

test("a kept thread is for its user alone, and its prompts are nowhere else", async () => {
  await using scene = await startScene(counting);
  await mkdir(join(scene.home, ".codex"), { recursive: true });
  await using thread = scene.runtime.openThread({ ...opened, persist: true });
  await thread.generateText({ prompt: "Keep this: PLUM." });
  const homes = join(scene.home, ".local/share/ktx/homes");
  const kept = join(homes, (await readdir(homes)).join());
  const files = await filesWith(scene.home, "PLUM");
  expect(files.filter((file) => !file.startsWith(kept))).toEqual([]);
  const rollout = files.find((file) => file.endsWith(".jsonl"));
  expect((await stat(rollout ?? "")).mode & 0o777).toBe(0o600);
  expect((await stat(kept)).mode & 0o777).toBe(0o700);
  await using inMemory = scene.runtime.openThread(opened);
  await inMemory.generateText({ prompt: "Forget this: PEAR." });
  expect(await filesWith(scene.home, "PEAR")).toEqual([]);
});

test("a fork knows what was said before it, and each goes on apart", async () => {
  await using scene = await startScene(counting);
  await using thread = scene.runtime.openThread({ ...opened, persist: true });
  await thread.generateText({ prompt: "One." });
  await using fork = thread.fork();
  await thread.generateText({ prompt: "Two." });
  expect(await fork.generateText({ prompt: "Another." })).toBe("answer 2");
  expect(fork.id).not.toBe(thread.id);
  expect(said(scene.sim.requests.at(-1))).not.toContain("user: Two.");
  await thread.generateText({ prompt: "Three." });
  expect(said(scene.sim.requests.at(-1))).not.toContain("user: Another.");
  expect(fork.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
  const inMemory = scene.runtime.openThread(opened);
  expect(() => inMemory.fork()).toThrow(expect.objectContaining({ code: "threads-not-kept" }));
});

test("the threads on disk are listed, read and deleted, with all that is left of them", async () => {
  await using scene = await startScene(counting);
  const { runtime } = scene;
  expect(await runtime.threads.list()).toEqual([]);
  const ids: (string | undefined)[] = [];
  for (const prompt of ["First CHERRY.", "Second GRAPE."]) {
    await using thread = runtime.openThread({ ...opened, persist: true });
    await thread.generateText({ prompt });
    ids.push(thread.id);
  }
  const listed = await runtime.threads.list();
  expect(new Map(listed.map(({ id, firstPrompt }) => [id, firstPrompt]))).toEqual(
    new Map([
      [ids[0], "First CHERRY."],
      [ids[1], "Second GRAPE."],
    ]),
  );
  expect(Date.now() - (listed[0]?.updatedAt.getTime() ?? 0)).toBeLessThan(600_000);
  expect(await runtime.threads.messages(ids[0] ?? "")).toEqual([
    { role: "user", text: "First CHERRY." },
    { role: "assistant", text: "answer 1" },
  ]);
  await runtime.threads.delete(ids[0] ?? "");
  expect((await runtime.threads.list()).map(({ id }) => id)).toEqual([ids[1]]);
  expect(await filesWith(scene.home, "CHERRY")).toEqual([]);
  expect(await filesWith(scene.home, "GRAPE")).not.toEqual([]);
});

test("a forked thread can be deleted, and its fork goes on", async () => {
  await using scene = await startScene(counting);
  let ids: readonly (string | undefined)[];
  {
    await using thread = scene.runtime.openThread({ ...opened, persist: true });
    await thread.generateText({ prompt: "One." });
    await using fork = thread.fork();
    await fork.generateText({ prompt: "Two." });
    ids = [thread.id, fork.id];
  }
  await scene.runtime.threads.delete(ids[0] ?? "");
  await using fork = scene.runtime.resumeThread(ids[1] ?? "", opened);
  expect(await fork.generateText({ prompt: "Three." })).toBe("answer 3");
});

test.each([unknownId, "no-uuid"])(
  "the unknown id %s is a failure with its next step",
  async (id) => {
    await using scene = await startScene(counting);
    await using thread = scene.runtime.resumeThread(id, opened);
    const failure = expect.objectContaining({
      kind: "thread-unavailable",
      problem: "unknown",
      threadId: id,
      message: `There is no kept thread with the id "${id}" for this sign-in and service.`,
    });
    await expect(thread.generateText({ prompt: "Hi." })).rejects.toMatchObject({ failure });
    expect(thread.isOpen).toBe(false);
    await expect(scene.runtime.threads.delete(id)).rejects.toMatchObject({ failure });
    await expect(scene.runtime.threads.messages(id)).rejects.toMatchObject({ failure });
    expect(scene.sim.requests).toEqual([]);
  },
);

test("a thread is open in one place at a time, in this program and in others", async () => {
  await using scene = await startScene(counting);
  const thread = scene.runtime.openThread({ ...opened, persist: true });
  await thread.generateText({ prompt: "One." });
  const inUse = { failure: { kind: "thread-unavailable", problem: "in-use" } };
  await using second = scene.runtime.resumeThread(thread.id ?? "", opened);
  await expect(second.generateText({ prompt: "Hi." })).rejects.toMatchObject(inUse);
  // Another allow-listed variable makes another process.
  await using elsewhere = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: scene.sim.baseUrl },
    codexPath,
    transport: "app-server",
    env: { HOME: scene.home, PATH: "", TMP: scene.sim.baseUrl, LANG: "en" },
  });
  await using other = elsewhere.resumeThread(thread.id ?? "", opened);
  await expect(other.generateText({ prompt: "Hi." })).rejects.toMatchObject(inUse);
  await expect(elsewhere.threads.delete(thread.id ?? "")).rejects.toMatchObject(inUse);
  expect(await thread.generateText({ prompt: "Two." })).toBe("answer 2");
  await thread[Symbol.asyncDispose]();
  await using third = scene.runtime.resumeThread(thread.id ?? "", opened);
  expect(await third.generateText({ prompt: "Three." })).toBe("answer 3");
});

test("a stopped turn leaves a kept thread usable, here and later", async () => {
  await using scene = await startScene((request) =>
    said(request).at(-1) === "user: Wait."
      ? reply([partialText("Half an ans")], { finish: "stall" })
      : counting(request),
  );
  const thread = scene.runtime.openThread({ ...opened, persist: true });
  await thread.generateText({ prompt: "One." });
  const stop = new AbortController();
  const stopped = thread.generateText({
    prompt: "Wait.",
    abortSignal: stop.signal,
    onTextDelta: () => stop.abort(new Error("Enough.")),
  });
  await expect(stopped).rejects.toThrow("Enough.");
  expect(thread.isOpen).toBe(true);
  expect(await thread.generateText({ prompt: "Two." })).toMatch(/^answer/);
  expect(said(scene.sim.requests.at(-1))).toEqual(
    expect.arrayContaining(["user: One.", "user: Wait.", "user: Two."]),
  );
  await thread[Symbol.asyncDispose]();
  await using resumed = scene.runtime.resumeThread(thread.id ?? "", opened);
  await resumed.generateText({ prompt: "Three." });
  expect(said(scene.sim.requests.at(-1))).toEqual(
    expect.arrayContaining(["user: Wait.", "user: Two.", "user: Three."]),
  );
});

test("the tools of a resumed thread are called as before", async () => {
  await using scene = await startScene((request) => {
    const lines = said(request);
    const turns = lines.filter((line) => line.startsWith("user:")).length;
    const isServed = request.tools.includes("mcp__ktx.add");
    const call = toolCall("add", { a: turns, b: 1 }, isServed ? { namespace: "mcp__ktx" } : {});
    return reply([
      request.toolOutputs.length < turns ? call : text(request.toolOutputs.at(-1)?.output ?? ""),
    ]);
  });
  let id: string | undefined;
  {
    await using thread = scene.runtime.openThread({ ...opened, tools: { add }, persist: true });
    await thread.generateText({ prompt: "Add." });
    id = thread.id;
  }
  await using thread = scene.runtime.resumeThread(id ?? "", { role: "default", tools: { add } });
  const loop = await thread.runAgentLoop({ userPrompt: "Add.", stepBudget: 5 });
  expect(loop.toolCalls).toMatchObject([{ tool: "add", status: "completed" }]);
  expect(loop.text).toContain("3");
});

describe("tools over the pipe of a kept thread", () => {
  test("are those it was opened with, in a fork, too", async () => {
    await using scene = await startScene(
      (request) => {
        const turns = said(request).filter((line) => line.startsWith("user:")).length;
        return reply([
          request.toolOutputs.length < turns
            ? toolCall("add", { a: turns, b: 1 })
            : text(request.toolOutputs.at(-1)?.output ?? ""),
        ]);
      },
      "app-server",
      "dynamic",
    );
    const thread = scene.runtime.openThread({ ...opened, tools: { add }, persist: true });
    expect(await thread.generateText({ prompt: "Add." })).toContain("2");
    await using fork = thread.fork();
    expect(await fork.generateText({ prompt: "Add." })).toContain("3");
    await thread[Symbol.asyncDispose]();
    await using resumed = scene.runtime.resumeThread(thread.id ?? "", {
      role: "default",
      tools: { add },
    });
    expect(await resumed.generateText({ prompt: "Add." })).toContain("3");
    expect(scene.sim.requests.at(-1)?.tools).toEqual(["add"]);
  });

  test("cannot be others, and the failure names both", async () => {
    await using scene = await startScene(counting, "app-server", "dynamic");
    const thread = scene.runtime.openThread({ ...opened, tools: { add }, persist: true });
    await thread.generateText({ prompt: "One." });
    await thread[Symbol.asyncDispose]();
    await using without = scene.runtime.resumeThread(thread.id ?? "", opened);
    await expect(without.generateText({ prompt: "Two." })).rejects.toMatchObject({
      failure: {
        kind: "thread-unavailable",
        problem: "other-tools",
        message: expect.stringContaining("then add, now none"),
      },
    });
    await using again = scene.runtime.resumeThread(thread.id ?? "", { ...opened, tools: { add } });
    expect(await again.generateText({ prompt: "Two." })).toBe("answer 2");
  });
});
