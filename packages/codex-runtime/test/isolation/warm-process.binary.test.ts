import { readFileSync } from "node:fs";
import {
  answering,
  type CodexSim,
  fingerprint,
  type SimItem,
  startCodexSim,
  toolCall,
} from "@ktx/codex-sim";
import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { codexProcessesOf } from "../e2e/codex-processes.ts";
import { markedEnv, remainingCodexProcesses } from "../e2e/scene.ts";
import { openOwnTransport } from "../own-threads.ts";
import { type HostileHome, makeHostileHome, trapTexts } from "./hostile-home.ts";
import { wikiTools } from "./wiki-tools.ts";

const { version, codexPath } = codexUnderTest;

describe(`one warm process of Codex ${version} on a machine full of traps`, () => {
  let home: HostileHome;
  beforeAll(async () => {
    home = await makeHostileHome(codexPath);
  });
  afterAll(() => home[Symbol.asyncDispose]());

  test.each(["dynamic", "mcp"] as const)(
    "shows each of 16 runs at once its own text and its own tools over %s, and nothing of the machine",
    async (toolTransport) => {
      await using sim = await startCodexSim({ script: answering(callOwnTool) });
      await using transport = openOwnTransport("app-server", {
        ...optionsOn(sim),
        toolTransport,
      });
      const runtime = runtimeOn(sim, { transport });
      const words = Array.from({ length: 16 }, (_, index) => `word${index}end`);

      const answers = await Promise.all(
        words.map((word) =>
          runtime.generateText({ role: "default", prompt: word, tools: toolSetOf(word) }),
        ),
      );

      expect(answers).toEqual(words.map((word) => `The tool says: ${word} is right`));
      expect(sim.requests).toHaveLength(32);
      for (const { body, tools, userText } of sim.requests) {
        const own = tools.filter((name) => name.includes("look_up_"));
        expect(own.map((name) => name.split(".").at(-1))).toEqual([`look_up_${userText}`]);
        expect(tools).toHaveLength(toolTransport === "dynamic" ? 1 : 4);
        const said = JSON.stringify(body).match(/word\d+end/g);
        expect(new Set(said)).toEqual(new Set([userText]));
      }
      // A second process shows itself in full: its parent and its arguments say who started it.
      expect(codexProcessesOf(sim.baseUrl)).toEqual([
        expect.objectContaining({ parent: process.pid }),
      ]);
      expect(trapsIn(sim)).toEqual([]);
      expect(await home.sprung()).toEqual([]);
    },
  );

  test.each([
    ["gpt-5.5", 2_400],
    ["gpt-6.1-sol", 2_600],
  ] as const)("shows %s exactly its two tools over the pipe, in %d bytes", async (model, limit) => {
    await using sim = await startCodexSim({
      script: answering((found) => found ?? [toolCall("wiki_search", { query: "rev" })]),
    });
    await using transport = openOwnTransport("app-server", {
      ...optionsOn(sim),
      toolTransport: "dynamic",
    });
    const runtime = runtimeOn(sim, { modelSlots: { default: model }, transport });

    const answer = await runtime.generateText({ role: "default", prompt: "hi", tools: wikiTools });

    expect(answer).toContain("found rev");
    const [request] = sim.requests;
    expect(request?.tools.map((name) => name.replace(/^functions\./, "")).toSorted()).toEqual([
      "wiki_read",
      "wiki_search",
    ]);
    expect(request?.bytes).toBeLessThanOrEqual(limit);
    expect(trapsIn(sim)).toEqual([]);
    expect(await home.sprung()).toEqual([]);
  });

  test("is shared by the runs with its key alone, and has no other key in its environment", async () => {
    await using sim = await startCodexSim({ script: answering(() => "hello") });
    const env = { FIRST_KEY: "sk-first-4f1c9e7a", SECOND_KEY: "sk-second-9e7a4f1c" };
    // Of the user, for OpenAI: no custom service takes them.
    const accountKeys = {
      CODEX_API_KEY: "sk-codex-4f1c9e7a",
      OPENAI_API_KEY: "sk-openai-9e7a4f1c",
    };
    const [first, second, keyless] = ["FIRST_KEY", "SECOND_KEY", undefined].map((apiKeyEnv) =>
      runtimeOn(sim, {
        endpoint: { baseUrl: sim.baseUrl, ...(apiKeyEnv !== undefined && { apiKeyEnv }) },
        env: { ...optionsOn(sim).env, ...env, ...accountKeys },
      }),
    );
    const runtimes = [first, first, second, second, keyless].filter((each) => each !== undefined);

    for (const runtime of runtimes) await runtime.generateText({ role: "default", prompt: "hi" });

    const bearer = (key: string): string => `Bearer …(${fingerprint(key)})`;
    expect(sim.requests.map(({ headers }) => headers["authorization"])).toEqual([
      bearer(env.FIRST_KEY),
      bearer(env.FIRST_KEY),
      bearer(env.SECOND_KEY),
      bearer(env.SECOND_KEY),
      undefined,
    ]);
    const processes = codexProcessesOf(sim.baseUrl);
    expect(processes.map(({ pid }) => keysIn(pid).join()).toSorted()).toEqual([
      "",
      "FIRST_KEY",
      "SECOND_KEY",
    ]);
    for (const { argv } of processes) expect(argv).not.toMatch(/sk-(?:first|second)/);
    for (const runtime of [first, second, keyless]) await runtime?.[Symbol.asyncDispose]();
    expect(await remainingCodexProcesses(sim.baseUrl)).toEqual([]);
  });

  function runtimeOn(sim: CodexSim, options: Partial<CodexRuntimeOptions>): CodexKtxLlmRuntime {
    return new CodexKtxLlmRuntime({
      modelSlots: { default: "codex" },
      onWarning: () => undefined,
      ...optionsOn(sim),
      ...options,
    });
  }

  function optionsOn(sim: CodexSim) {
    return {
      codexPath,
      projectDir: home.projectDir,
      endpoint: { baseUrl: sim.baseUrl },
      env: markedEnv(sim, home.env),
    };
  }
});

function toolSetOf(word: string): ToolSet {
  const name = `look_up_${word}`;
  const tool = defineTool({
    name,
    description: "Looks it up.",
    inputSchema: z.object({}),
    execute: () => `${word} is right`,
  });
  return { [name]: tool };
}

function callOwnTool(
  output: string | undefined,
  { userText }: { readonly userText: string },
): string | readonly SimItem[] {
  if (output !== undefined) return `The tool says: ${/\w+ is right/.exec(output)?.[0]}`;
  return [toolCall(`look_up_${userText}`, {})];
}

/** The names of the test's keys that a process was started with. */
function keysIn(pid: number): readonly string[] {
  const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  return variables.flatMap((variable) => /^(\w+_KEY)=/.exec(variable)?.[1] ?? []);
}

function trapsIn(sim: CodexSim): readonly string[] {
  const all = JSON.stringify([sim.requests, sim.otherRequests]);
  return Object.values(trapTexts).filter((text) => all.includes(text));
}
