import { execFileSync } from "node:child_process";
import {
  answering,
  type CodexSim,
  refuse,
  type SimScript,
  startCodexSim,
  text,
  toolCall,
  reply,
} from "@ktx/codex-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type RuntimeWarning,
} from "../../src/index.ts";
import { parseCatalog } from "@ktx/codex-home";
import { markedEnv, onEachTransport, remainingCodexProcesses } from "../e2e/scene.ts";
import { codexUnderTest, models } from "../codex-under-test.ts";
import { codexWays } from "./codex-ways.ts";
import { makeTestFolder, type TestFolder } from "../../../../test/test-folder.ts";
import { wikiTools } from "./wiki-tools.ts";

let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder("instructions");
});
afterAll(() => folder[Symbol.asyncDispose]());

const ours = "You are a helpful assistant.";
const refusal = refuse(400, { detail: "Instructions are not valid" });

describe.each(codexWays)("the base instructions, Codex $version over $transport", (way) => {
  const { codexPath, transport } = way;
  describe.each(models)("of %s", (model) => {
    test("are one sentence of ours", async () => {
      await using sim = await startCodexSim({ script: answering(() => "hello") });
      await ask(sim, { codexPath, transport, modelSlots: { default: model } });
      expect(instructionsOf(sim)).toEqual([ours]);
    });

    test("are the caller's where it gives some", async () => {
      await using sim = await startCodexSim({ script: answering(() => "hello") });
      const baseInstructions = 'Answer in "French".\nBe brief.';
      await ask(sim, { codexPath, transport, modelSlots: { default: model }, baseInstructions });
      expect(instructionsOf(sim)).toEqual([baseInstructions]);
    });

    test("are Codex's own where the service refuses others; the run is repeated and says so", async () => {
      await using sim = await startCodexSim({ script: refusing(ours) });
      const warnings: RuntimeWarning[] = [];
      const runtime = runtimeOn(sim, {
        codexPath,
        transport,
        modelSlots: { default: model },
        onWarning: (warning) => warnings.push(warning),
      });

      const input = { role: "default", prompt: "hi", tools: wikiTools };
      expect(await runtime.generateText(input)).toBe("hello");
      expect(await runtime.generateText(input)).toBe("hello");

      const stock = readBundledInstructions(codexPath, model).trim();
      expect(instructionsOf(sim)).toEqual([ours, stock, stock]);
      expect(new Set(sim.requests.map(({ tools }) => tools.length))).toEqual(
        // Over MCP, Codex adds three.
        new Set([transport === "exec" ? 5 : 2]),
      );
      expect(warnings).toEqual([
        {
          kind: "stock-instructions",
          model,
          message: expect.stringContaining(
            `accepts only Codex's own base instructions for ${model}`,
          ),
        },
      ]);
    });
  });
});

test.each([codexUnderTest])(
  "an answer to Codex's own instructions is repaired in the thread that has them, Codex $version",
  async ({ codexPath }) => {
    await using sim = await startCodexSim({
      script: answering((_, { instructions, userText }) => {
        if (instructions?.trim() === ours) return refusal;
        return userText.includes("is not a valid answer") ? '{"count":2}' : '{"count":-1}';
      }),
    });
    const runtime = runtimeOn(sim, { codexPath });
    const schema = z.object({ count: z.int().refine((count) => count > 0) });

    const value = await runtime.generateObject({
      role: "default",
      prompt: "hi",
      schema,
      tools: wikiTools,
    });

    expect(value).toEqual({ count: 2 });
    const stock = readBundledInstructions(codexPath, "gpt-5.5").trim();
    expect(instructionsOf(sim)).toEqual([ours, stock, stock]);
    const [refused, asked, repaired] = sim.requests.map(({ headers }) => headers["thread-id"]);
    expect(asked).not.toBe(refused);
    expect(repaired).toBe(asked);
    expect(JSON.stringify(sim.requests[2]?.body)).toContain("-1");
    await runtime[Symbol.asyncDispose]();
    expect(await remainingCodexProcesses(sim.baseUrl)).toEqual([]);
  },
);

onEachTransport("instructions", ({ transport }) => {
  test("an empty text stands for the sentence of ours", async () => {
    await using sim = await startCodexSim({ script: answering(() => "hello") });
    await ask(sim, { transport, baseInstructions: " " });
    expect(instructionsOf(sim)).toEqual([ours]);
  });

  test("a run that the model has begun is not repeated", async () => {
    await using sim = await startCodexSim({
      script: [reply([toolCall("wiki_search", { query: "rev" })]), refusal, reply([text("hello")])],
    });
    await expect(
      runtimeOn(sim, { transport }).generateText({
        role: "default",
        prompt: "hi",
        tools: wikiTools,
      }),
    ).rejects.toMatchObject({ failure: { message: "Instructions are not valid" } });
    expect(sim.requests).toHaveLength(2);
  });

  test("a run is repeated once and not again", async () => {
    await using sim = await startCodexSim({ script: () => refusal });
    await expect(ask(sim, { transport })).rejects.toMatchObject({
      failure: { message: "Instructions are not valid" },
    });
    expect(sim.requests).toHaveLength(2);
  });

  test("a run that is refused for something else is not repeated", async () => {
    const error = { message: "Invalid value: 'prompt'.", type: "invalid_request_error" };
    await using sim = await startCodexSim({ script: () => refuse(400, { error }) });
    await expect(ask(sim, { transport })).rejects.toMatchObject({
      failure: { kind: "invalid-request" },
    });
    expect(sim.requests).toHaveLength(1);
  });
});

function refusing(instructions: string): SimScript {
  return answering((_, request) =>
    request.instructions?.trim() === instructions ? refusal : "hello",
  );
}

function runtimeOn(sim: CodexSim, options: Partial<CodexRuntimeOptions> = {}): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: folder.path,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    env: markedEnv(sim, {
      PATH: process.env["PATH"],
      HOME: folder.path,
      XDG_CACHE_HOME: folder.path,
    }),
    onWarning: () => undefined,
    ...options,
  });
}

function instructionsOf(sim: CodexSim): readonly (string | undefined)[] {
  return sim.requests.map(({ instructions }) => instructions?.trim());
}

/** With tools: to a code-mode model without any, Codex 0.169.0 sends its instructions twice. */
function ask(sim: CodexSim, options?: Partial<CodexRuntimeOptions>): Promise<string> {
  return runtimeOn(sim, options).generateText({ role: "default", prompt: "hi", tools: wikiTools });
}

/** The instructions that a binary brings along for a model. */
function readBundledInstructions(codexPath: string, model: string): string {
  const printed = execFileSync(codexPath, ["debug", "models", "--bundled"], {
    encoding: "utf8",
    env: { HOME: folder.path, CODEX_HOME: folder.path },
    maxBuffer: 64 * 1024 * 1024,
  });
  const entry = parseCatalog(printed)?.models.find(({ slug }) => slug === model);
  return String(entry?.["base_instructions"]);
}
