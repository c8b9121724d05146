import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { answering, neverAnswer, startCodexSim } from "@ktx/codex-sim";
import { expect, onTestFinished, test } from "vitest";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { parseSlotName } from "@ktx/codex-home";
import { onEachTransport, type TransportName } from "../e2e/scene.ts";
import { runningProcesses } from "../running-processes.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

onEachTransport("runs beside and after others", ({ transport }) => {
  test("16 runs at once each have a thread and a state of their own, and leave the state for later ones", async () => {
    const user = await makeUser();
    await using sim = await startCodexSim({
      script: answering((_, { userText }) => `you said ${userText}`),
    });
    const runtime = runtimeOf(user, sim.baseUrl, transport);
    const prompts = Array.from({ length: 16 }, (_, index) => `prompt ${index}`);

    const answers = await Promise.all(
      prompts.map((prompt) => runtime.generateText({ role: "default", prompt })),
    );

    expect(answers).toEqual(prompts.map((prompt) => `you said ${prompt}`));
    expect(sim.requests.map(({ userText }) => userText).toSorted()).toEqual(prompts.toSorted());
    expect(new Set(sim.requests.map(({ headers }) => headers["thread-id"])).size).toBe(16);
    await runtime[Symbol.asyncDispose]();
    const left = await slotStates(user);
    expect(new Set(left)).toEqual(new Set(["free"]));
    await askOnce(user, sim.baseUrl, transport, "one more");
    expect(await slotStates(user)).toEqual(left);
  });

  test("after a killed Codex the next run starts from what it left", async () => {
    const user = await makeUser();
    await using silent = await startCodexSim({ script: () => neverAnswer() });
    await using sim = await startCodexSim({ script: answering(() => "hello") });
    await using runtime = runtimeOf(user, silent.baseUrl, transport);
    const killed = runtime.generateText({ role: "default", prompt: "hi" });
    const failure = killed.catch((error: unknown) => error);
    await expect.poll(() => silent.requests.length).toBe(1);

    for (const pid of codexProcessesOf(user)) process.kill(pid, "SIGKILL");

    expect(await failure).toMatchObject({ failure: { kind: "process", signal: "SIGKILL" } });
    expect(await slotStates(user)).toEqual(["free"]);
    expect(await askOnce(user, sim.baseUrl, transport)).toBe("hello");
    expect(await slotStates(user)).toEqual(["free"]);
  });

  test("after a killed program the next run starts at once, and what was left is removed", async () => {
    const user = await makeUser();
    await using silent = await startCodexSim({ script: () => neverAnswer() });
    await using sim = await startCodexSim({ script: answering(() => "hello") });
    const program = spawn(
      process.execPath,
      [
        "--conditions=@ktx/source",
        join(import.meta.dirname, "run-until-killed.ts"),
        silent.baseUrl,
        transport,
      ],
      { env: user.env, stdio: "inherit" },
    );
    await expect.poll(() => silent.requests.length).toBe(1);
    const orphans = codexProcessesOf(user);
    expect(orphans).toHaveLength(1);
    program.kill("SIGKILL");
    await once(program, "exit");

    // The killed program's Codex may still run, and still writes to the state that it was given.
    expect(await askOnce(user, sim.baseUrl, transport)).toBe("hello");
    expect(await slotStates(user)).toEqual(["free"]);

    // An app-server to which nobody speaks any more leaves by itself, and takes its folder along.
    const isKilled = transport === "exec";
    if (isKilled) for (const pid of orphans) process.kill(pid, "SIGKILL");
    await expect.poll(() => codexProcessesOf(user)).toEqual([]);
    const left = await temporaryFolders(user);
    expect(left.length > 0).toBe(isKilled);
    // A killed process lets go of its files a moment after it is gone.
    await expect
      .poll(async () => {
        await askOnce(user, sim.baseUrl, transport);
        const remaining = new Set(await temporaryFolders(user));
        return left.filter((name) => remaining.has(name));
      })
      .toEqual([]);
    expect(await slotStates(user)).toEqual(["free"]);
  });
});

interface User {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

async function makeUser(): Promise<User> {
  const folder = await makeTestFolder("parallel");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  // Codex keeps no links to itself in a home below the folder of temporary files, where a clone may be.
  const temporary = join(folder.path, "temporary");
  await mkdir(temporary);
  return {
    root: folder.path,
    env: {
      PATH: process.env["PATH"],
      HOME: folder.path,
      XDG_CACHE_HOME: folder.path,
      TMPDIR: temporary,
    },
  };
}

function runtimeOf(user: User, baseUrl: string, transport: TransportName): CodexKtxLlmRuntime {
  const options: CodexRuntimeOptions = {
    projectDir: user.root,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl },
    transport,
    env: user.env,
  };
  return new CodexKtxLlmRuntime(options);
}

/** The answer of a runtime that is disposed afterwards. */
async function askOnce(
  user: User,
  baseUrl: string,
  transport: TransportName,
  prompt = "hi",
): Promise<string> {
  await using runtime = runtimeOf(user, baseUrl, transport);
  return await runtime.generateText({ role: "default", prompt });
}

function homeOf(user: User): string {
  return join(user.root, "ktx", "homes", "no-account");
}

async function slotStates(user: User): Promise<readonly (string | undefined)[]> {
  const names = await readdir(join(homeOf(user), "state"));
  return names.map((name) => parseSlotName(name)?.state);
}

/** The folders in which each Codex process keeps links to itself while it runs. */
function temporaryFolders(user: User): Promise<readonly string[]> {
  return readdir(join(homeOf(user), "tmp", "arg0-linux"));
}

/**
 * The running Codex processes that were given a folder of this user. What one of them has just begun to
 * start still looks like it, and is left out. Linux only.
 */
function codexProcessesOf({ root }: User): readonly number[] {
  const found = runningProcesses().filter(
    ({ argv }) =>
      (argv.includes("--experimental-json") || argv.includes("app-server")) &&
      argv.some((argument) => argument.includes(root)),
  );
  const pids = found.map(({ pid }) => pid);
  return found.filter(({ parent }) => !pids.includes(parent)).map(({ pid }) => pid);
}
