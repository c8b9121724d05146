import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type AgentLoopInput,
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type GenerateTextInput,
  type ModelSlots,
  type RuntimeWarning,
} from "../src/index.ts";
import { fakeRunner, type FakeRunner } from "./fake-runner.ts";
import { answered, loop } from "./runtime-on-fakes.ts";

function scene(modelSlots: ModelSlots): {
  readonly runner: FakeRunner;
  readonly runtime: CodexKtxLlmRuntime;
  readonly warnings: readonly RuntimeWarning[];
} {
  const warnings: RuntimeWarning[] = [];
  const runner = fakeRunner(answered);
  const onWarning = (warning: RuntimeWarning): void => void warnings.push(warning);
  const runtime = new CodexKtxLlmRuntime({ projectDir: "/p", modelSlots, runner, onWarning });
  return { runner, runtime, warnings };
}

const slots = { default: "gpt-5.5", triage: "gpt-6-luna", extract: "gpt-6-sol" };

describe("a role without a slot", () => {
  test.each([
    ["curator", "resembles none"],
    ["default", "is the default"],
    ["constructor", "is a property of every object"],
    ["toString", "is a method of every object"],
    ["__proto__", "is the prototype of every object"],
    ["hasOwnProperty", "is another method of every object"],
    ["", "is empty"],
    ["x".repeat(1_000), "is very long"],
  ])("%j, which %s, runs on the default model in silence", async (role) => {
    const { runner, runtime, warnings } = scene(slots);
    await runtime.generateText({ role, prompt: "Well?" });
    expect(runner.inputs.map(({ model }) => model)).toEqual(["gpt-5.5"]);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["triaj", "triage"],
    ["traige", "triage"],
    ["Triage", "triage"],
    ["tri-age", "triage"],
    ["extracts", "extract"],
    ["defualt", "default"],
  ])("%j, which resembles %j, runs on the default model with a warning", async (role, meant) => {
    const { runner, runtime, warnings } = scene(slots);
    await runtime.generateText({ role, prompt: "Well?" });
    expect(runner.inputs.map(({ model }) => model)).toEqual(["gpt-5.5"]);
    expect(warnings).toMatchObject([
      { kind: "mistyped-role", role, meant, slots: ["default", "triage", "extract"] },
    ]);
    expect(warnings[0]?.message).toContain(
      `Did you mean "${meant}"? The slots are: default, triage, extract.`,
    );
  });

  test("is warned of once, whichever methods it is given to", async () => {
    const { runtime, warnings } = scene(slots);
    await runtime.generateText({ role: "triaj", prompt: "Well?" });
    await runtime.generateText({ role: "triaj", prompt: "Well?" });
    await runtime.runAgentLoop(loop({ modelRole: "triaj" }));
    await runtime.generateText({ role: "extrakt", prompt: "Well?" });
    expect(warnings.map((warning) => "role" in warning && warning.role)).toEqual([
      "triaj",
      "extrakt",
    ]);
  });

  test("is silent where it is named with undefined for a model", async () => {
    const { runner, runtime, warnings } = scene({ ...slots, triages: undefined });
    await runtime.generateText({ role: "triages", prompt: "Well?" });
    expect(runner.inputs.map(({ model }) => model)).toEqual(["gpt-5.5"]);
    expect(warnings).toEqual([]);
  });
});

test("a slot of any name is used, also one that every object has", async () => {
  const { runner, runtime } = scene({ default: "gpt-5.5", constructor: "gpt-6-luna" });
  await runtime.generateText({ role: "constructor", prompt: "Well?" });
  expect(runner.inputs.map(({ model }) => model)).toEqual(["gpt-6-luna"]);
});

test.each([[5], [null], [{}]])("a slot that holds %j is refused with a sentence", async (model) => {
  const { runner, runtime } = scene({ default: model } as unknown as ModelSlots);
  await expect(runtime.generateText({ role: "default", prompt: "Well?" })).rejects.toThrow(
    /^Expected a model id in the slot, such as "gpt-5.5", got .*\. Set `modelSlots\.default`/,
  );
  expect(runner.inputs).toEqual([]);
});

describe("the type of a role", () => {
  const options = { projectDir: "/p", runner: fakeRunner([]) };

  test("is that of the slots, so that a mistyped one does not compile", () => {
    const runtime = new CodexKtxLlmRuntime({ ...options, modelSlots: slots });
    type Role = Parameters<typeof runtime.generateText>[0]["role"];
    expectTypeOf<Role>().toEqualTypeOf<"default" | "triage" | "extract">();
    type LoopRole = Parameters<typeof runtime.runAgentLoop>[0]["modelRole"];
    expectTypeOf<LoopRole>().toEqualTypeOf<"default" | "triage" | "extract">();
    // @ts-expect-error: no slot has this name.
    expectTypeOf<"triaj">().toMatchTypeOf<Role>();
  });

  test("takes `default` alone where that is the only slot", () => {
    const runtime = new CodexKtxLlmRuntime({ ...options, modelSlots: { default: "gpt-5.5" } });
    expectTypeOf<Parameters<typeof runtime.generateText>[0]["role"]>().toEqualTypeOf<"default">();
  });

  test("takes further roles that are named, by type or by a slot without a model", () => {
    const byType = new CodexKtxLlmRuntime<"triage" | "curate">({ ...options, modelSlots: slots });
    expectTypeOf<Parameters<typeof byType.generateText>[0]["role"]>().toEqualTypeOf<
      "default" | "triage" | "curate"
    >();
    const bySlot = new CodexKtxLlmRuntime({
      ...options,
      modelSlots: { default: "gpt-5.5", curate: undefined },
    });
    expectTypeOf<Parameters<typeof bySlot.generateText>[0]["role"]>().toEqualTypeOf<
      "default" | "curate"
    >();
  });

  test("is any text where the slots are not known before the program runs", () => {
    const wide: CodexRuntimeOptions = { ...options, modelSlots: slots };
    const runtime = new CodexKtxLlmRuntime(wide);
    expectTypeOf<Parameters<typeof runtime.generateText>[0]["role"]>().toEqualTypeOf<string>();
    expectTypeOf<GenerateTextInput["role"]>().toEqualTypeOf<string>();
    expectTypeOf<AgentLoopInput["modelRole"]>().toEqualTypeOf<string>();
  });

  test("does not keep a runtime from being passed on as one of any roles", () => {
    const runtime = new CodexKtxLlmRuntime({ ...options, modelSlots: slots });
    expectTypeOf(runtime).toExtend<CodexKtxLlmRuntime>();
  });
});
