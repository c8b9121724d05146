import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CodexSim, neverAnswer, refuse, reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { startOpenAiStandIn } from "../openai-stand-in.ts";
import { runHere } from "../run-here.ts";
import { openSandbox, runKtx, type Sandbox, spawnKtx } from "../spawn-ktx.ts";
import { z } from "zod";

const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl];
const citySchema = join(import.meta.dirname, "../fixtures/schemas/city.json");

const conversation = z.object({
  input: z.array(
    z.object({
      role: z.string().optional(),
      content: z.array(z.object({ text: z.string().optional() })).optional(),
    }),
  ),
});

/** The prompts and answers in the last request, without what Codex adds. */
function said({ requests }: CodexSim): readonly string[] {
  return conversation
    .parse(requests.at(-1)?.body)
    .input.filter(({ role }) => role === "user" || role === "assistant")
    .map(({ content = [] }) => content.map((part) => part.text ?? "").join(""));
}

function run(sandbox: Sandbox, sim: CodexSim, prompt: string, ...flags: readonly string[]) {
  return runKtx(sandbox, ["run", prompt, "-m", "some-model", ...on(sim), ...flags]);
}

/** The conversations, as `ktx threads --json` lists them. */
async function list(sandbox: Sandbox, sim: CodexSim) {
  const { stdout } = await runHere(sandbox, ["threads", "--json", ...on(sim)]);
  const report = z.object({
    threads: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  });
  return report.parse(JSON.parse(stdout)).threads;
}

test("a run with --thread begins a conversation, and the next one continues it", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: ({ index }) => reply([text(`Answer ${index}.`)]),
  });
  const first = await run(sandbox, sim, "One?", "--thread", "trip", "--system", "Be brief.");
  expect(first).toMatchObject({ exitCode: 0, stdout: "Answer 0.\n" });
  const second = await run(sandbox, sim, "Two?", "--thread", "trip", "--json");
  expect(second.exitCode).toBe(0);
  expect(said(sim)).toEqual(["One?", "Answer 0.", "Two?"]);
  expect(sim.requests.at(-1)?.instructions).toContain("Be brief.");

  const [kept, ...others] = await list(sandbox, sim);
  expect(others).toEqual([]);
  expect(JSON.parse(second.stdout)).toMatchObject({
    text: "Answer 1.",
    thread: { name: "trip", id: kept?.id },
  });
  const listed = await runHere(sandbox, ["threads", ...on(sim)]);
  expect(listed.stdout).toContain("--thread trip");

  // A schema in the same conversation, and another conversation beside it.
  const object = await run(sandbox, sim, "Three?", "--thread", "trip", "--schema", citySchema);
  expect(object.exitCode).toBe(1);
  expect(said(sim).slice(0, 5)).toEqual(["One?", "Answer 0.", "Two?", "Answer 1.", "Three?"]);
  await run(sandbox, sim, "Other?", "--thread", "other");
  expect(said(sim)).toEqual(["Other?"]);
});

test("a run without --thread keeps nothing", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Secret answer.")]) });
  expect((await run(sandbox, sim, "Hi")).exitCode).toBe(0);
  expect(await sandbox.listFiles()).not.toContainEqual(
    expect.stringMatching(/rollout|thread-names/),
  );
});

test("without a sign-in there are no conversations to list or to delete", async () => {
  await using sandbox = await openSandbox();
  const none = await runHere(sandbox, ["threads"]);
  expect(none).toMatchObject({ exitCode: 0, stderr: "" });
  expect(none.stdout).toBe(
    "No conversations on disk.\n" +
      "next:  Begin one with `ktx run --thread <name> <prompt>`, or with `ktx chat`.\n",
  );
  const id = "01a224b5-1a34-7201-929e-cdab6962b073";
  const { exitCode, stderr } = await runHere(sandbox, ["threads", "delete", id]);
  expect(stderr).toMatch(/^error: There is no kept thread[^]*\nnext: +Look up the kept threads/);
  expect(exitCode).toBe(1);
});

test("a conversation of a sign-in is listed and deleted after the sign-out, and not continued", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Yes.")]) });
  await using openAi = await startOpenAiStandIn(sandbox.home, sim.baseUrl);
  const machine = { ...sandbox, env: { ...sandbox.env, ...openAi.env } };
  const signIn = join(sandbox.home, ".codex/auth.json");
  await mkdir(join(sandbox.home, ".codex"));
  await writeFile(signIn, JSON.stringify({ OPENAI_API_KEY: "sk-proj-0123456789abcdef" }));
  const ask = ["run", "One?", "-m", "gpt-5.5", "--thread", "trip"];
  expect(await runHere(machine, ask)).toMatchObject({ exitCode: 0, stdout: "Yes.\n" });

  await rm(signIn);
  const listed = await runHere(machine, ["threads"]);
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("--thread trip") });
  const refused = await runHere(machine, ask);
  expect(refused.stderr).toMatch(/Codex is not signed in[^]*next: +Authenticate Codex/);
  const deleted = await runHere(machine, ["threads", "delete", "trip"]);
  expect(deleted).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await sandbox.listFiles()).not.toContainEqual(
    expect.stringMatching(/thread-names|rollout/),
  );
});

test("a conversation of a service is listed and deleted without its key", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Yes.")]) });
  const service = [...on(sim), "--api-key-env", "MY_KEY"];
  const ask = ["run", "One?", "-m", "some-model", "--thread", "trip", ...service];
  await runHere(sandbox, ask, { env: { MY_KEY: "a-key-0123456789" } });
  const listed = await runHere(sandbox, ["threads", ...service]);
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("--thread trip") });
  expect((await runHere(sandbox, ["threads", "delete", "trip", ...service])).exitCode).toBe(0);
  expect((await runHere(sandbox, ask)).stderr).toContain("MY_KEY is not set");
});

test("ktx threads delete takes a name, which is then free", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: () => reply([text("Yes.")]) });
  await run(sandbox, sim, "One?", "--thread", "trip");
  const deleted = await runHere(sandbox, ["threads", "delete", "trip", ...on(sim)]);
  expect(deleted.exitCode).toBe(0);
  expect(await sandbox.listFiles()).not.toContainEqual(
    expect.stringMatching(/thread-names|rollout/),
  );
  await run(sandbox, sim, "Two?", "--thread", "trip");
  expect(said(sim)).toEqual(["Two?"]);
});

test("of two runs that begin one thread at once, one keeps it and the other says so", async () => {
  await using sandbox = await openSandbox();
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  await using sim = await startCodexSim({
    script: async () => {
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      return reply([text("Yes.")]);
    },
  });
  const results = await Promise.all(
    ["One?", "Two?"].map((prompt) => run(sandbox, sim, prompt, "--thread", "trip")),
  );
  expect(new Set(results.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 1]));
  expect(results.map(({ stdout }) => stdout)).toEqual(["Yes.\n", "Yes.\n"]);
  const lost = results.find(({ exitCode }) => exitCode === 1);
  expect(lost?.stderr.replaceAll(/\s+/g, " ")).toContain(
    'Another run has begun the thread "trip" at the same time.',
  );
  expect(await list(sandbox, sim)).toMatchObject([{ name: "trip" }]);
});

test("a first run that failed before the model said anything leaves nothing", async () => {
  await using sandbox = await openSandbox();
  let isDown = true;
  await using sim = await startCodexSim({
    script: () => (isDown ? refuse(401, { error: { message: "No." } }) : reply([text("Yes.")])),
  });
  expect((await run(sandbox, sim, "One?", "--thread", "trip")).exitCode).toBe(1);
  expect(await sandbox.listFiles()).not.toContainEqual(
    expect.stringMatching(/thread-names|rollout/),
  );
  isDown = false;
  await run(sandbox, sim, "Two?", "--thread", "trip");
  expect(said(sim)).toEqual(["Two?"]);
});

test("an interrupted first run keeps its name, and the next one continues it", async () => {
  await using sandbox = await openSandbox();
  const asked = Promise.withResolvers<void>();
  let isSilent = true;
  await using sim = await startCodexSim({
    script: () => {
      asked.resolve();
      return isSilent ? neverAnswer() : reply([text("Yes.")]);
    },
  });
  const args = ["run", "One?", "-m", "some-model", ...on(sim), "--thread", "trip"];
  const { child, result } = spawnKtx(sandbox, args);
  await asked.promise;
  child.kill("SIGINT");
  expect((await result).exitCode).toBe(130);
  isSilent = false;
  expect((await run(sandbox, sim, "Two?", "--thread", "trip")).exitCode).toBe(0);
  expect(said(sim)).toEqual(expect.arrayContaining(["One?", "Two?"]));
});
