import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type CodexTransport,
  SdkCodexRunner,
} from "../../src/index.ts";
import { findCodexBinary } from "@ktx/codex-binary";
import { codexUnderTest } from "../codex-under-test.ts";
import { filesWith } from "./files-with.ts";
import { type HostileHome, makeHostileHome, trapTexts } from "./hostile-home.ts";
import { wikiTools } from "./wiki-tools.ts";

/** What is said in a call; each word is nowhere else. */
const words = {
  system: "SAID_IN_SYSTEM",
  prompt: "SAID_IN_PROMPT",
  call: "SAID_IN_CALL",
  refused: "SAID_IN_REFUSED_ANSWER",
  issue: "SAID_IN_ISSUE",
  answer: "SAID_IN_ANSWER",
};

/** `auto` is the app-server for the call of this test. */
const transports: readonly CodexTransport[] = ["auto", "exec", "app-server"];
const ways = transports.map((transport) => ({ ...codexUnderTest, transport }));

test.each(ways)(
  "an answer, its tool call and its repair leave no word on this machine, Codex $version over $transport",
  async ({ codexPath, transport }) => {
    const home = await makeHome(codexPath);
    const { requests, threads } = await askAndRepair(home, { codexPath, transport });
    for (const word of Object.values(words)) expect(requests).toContain(word);
    expect(threads).toBe(transport === "exec" ? 2 : 1);
    expect(await filesWith(rootOf(home), ...Object.values(words))).toEqual([]);
    expect(Object.values(trapTexts).filter((trap) => requests.includes(trap))).toEqual([]);
    expect(await home.sprung()).toEqual([]);
  },
);

test.each(transports)(
  "nor do they in host mode, where the user's Codex would keep them, over %s",
  async (transport) => {
    const codexPath = findCodexBinary();
    const home = await makeHome(codexPath);
    await askAndRepair(home, { codexPath, transport, isolation: "host" });
    expect(await filesWith(rootOf(home), ...Object.values(words))).toEqual([]);
  },
);

// The proof that words would be found: without it, the tests above would show nothing.
test("a Codex that keeps its threads leaves the words in its sessions and its databases", async () => {
  const codexPath = findCodexBinary();
  const home = await makeHome(codexPath);
  const own = new SdkCodexRunner({ codexPath, env: home.env });
  await askAndRepair(home, {
    runner: {
      runStreamed: ({ configOverrides, ...input }) =>
        own.runStreamed({
          ...input,
          configOverrides: { ...configOverrides, experimental_thread_store: { type: "local" } },
        }),
    },
  });
  const holders = await filesWith(rootOf(home), words.prompt);
  expect(holders).toContainEqual(expect.stringMatching(/\/sessions\/.*\.jsonl$/));
  expect(holders).toContainEqual(expect.stringMatching(/\/state\/.*\.sqlite/));
});

async function makeHome(codexPath: string): Promise<HostileHome> {
  const home = await makeHostileHome(codexPath);
  onTestFinished(() => home[Symbol.asyncDispose]());
  return home;
}

/** The folder of the user's home, their project, our cache and, in a call, the temporary files. */
function rootOf({ projectDir }: HostileHome): string {
  return dirname(projectDir);
}

/** A call whose first answer, after a tool call, is not what its schema wants. */
async function askAndRepair(
  home: HostileHome,
  options: Partial<CodexRuntimeOptions>,
): Promise<{ readonly requests: string; readonly threads: number }> {
  const lookUp = toolCall("wiki_search", { query: words.call });
  const answer = (word: string) => reply([text(JSON.stringify({ word }))]);
  await using sim = await startCodexSim({
    script: ({ toolOutputs, userText }) => {
      if (userText.includes(words.issue)) return answer(words.answer);
      return toolOutputs.length > 0 ? answer(words.refused) : reply([lookUp]);
    },
  });
  const temporary = join(rootOf(home), "tmp");
  await mkdir(temporary);
  const runtime = new CodexKtxLlmRuntime({
    projectDir: home.projectDir,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    env: { ...home.env, TMPDIR: temporary },
    onWarning: () => undefined,
    ...options,
  });
  const schema = z.object({
    word: z.string().refine((word) => word === words.answer, words.issue),
  });
  const { system, prompt } = words;
  const value = await runtime.generateObject({
    role: "default",
    system,
    prompt,
    schema,
    tools: wikiTools,
  });
  expect(value).toEqual({ word: words.answer });
  const threads = new Set(sim.requests.map(({ headers }) => headers["thread-id"])).size;
  return { requests: JSON.stringify([sim.requests, value]), threads };
}
