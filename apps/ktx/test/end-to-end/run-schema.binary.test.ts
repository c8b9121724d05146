import { join } from "node:path";
import {
  answering,
  type CodexSim,
  neverAnswer,
  refuse,
  reply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const schema = (name: string): readonly string[] => ["--schema", join(fixtures, "schemas", name)];
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

const vienna = {
  name: "Vienna",
  founded: null,
  population: "2028399",
  twins: ["Zagreb"],
  mayors: [{ key: 2018, value: "Ludwig" }],
};

describe("ktx run --schema", () => {
  test("prints the value as one line of JSON, and what it took on stderr", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => JSON.stringify(vienna)) });
    const args = ["run", "Vienna?", "--system", "Be exact.", ...schema("city.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stdout).toBe(
      '{"name":"Vienna","population":"2028399","twins":["Zagreb"],"mayors":[{"key":2018,"value":"Ludwig"}]}\n',
    );
    expect(stderr).toMatch(/^[\d,]+ ms · 15 tokens \(10 in, 5 out\)$/m);
    expect(exitCode).toBe(0);
    expect(sim.requests).toMatchObject([
      { userText: "Vienna?", instructions: expect.stringContaining("Be exact.") },
    ]);
  });

  test.each([
    ["a JSON Schema", "city.json", '{"name":"Vienna","rivers":null}', '{"name":"Vienna"}'],
    ["the default export", "positive.ts", '{"count":3}', '{"count":3}'],
    ["a schema of zod's before a plain object", "beside-tables.ts", '{"count":3}', '{"count":3}'],
    ["the only export that is a schema", "only-export.ts", '{"count":-3}', '{"count":-3}'],
  ])("takes %s", async (_, file, answer, value) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => answer) });
    const { exitCode, stdout } = await runKtx(sandbox, ["run", "Go", ...schema(file), ...on(sim)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${value}\n` });
  });

  test("lets the model call tools first", async () => {
    await using sandbox = await openSandbox();
    const script = answering((heard) =>
      heard === undefined
        ? [toolCall("greet", { name: "Ada" })]
        : JSON.stringify({ name: heard.split("\n").at(-1), rivers: null }),
    );
    await using sim = await startCodexSim({ script });
    const tools = ["--tools", join(fixtures, "tools/greet.ts")];
    const args = ["run", "Greet", ...tools, ...schema("city.json"), ...on(sim)];
    const { stdout, stderr } = await runKtx(sandbox, args);
    expect(stdout).toBe('{"name":"Good morning, Ada."}\n');
    expect(stderr).toMatch(/^ {2}1 {2}greet +"Ada" +\d+ ms$/m);
  });

  test("with --json prints one object with the value and the metrics, repairs included", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: [reply([text('{"count":-1}')]), reply([text('{"count":1}')])],
    });
    const args = ["run", "Count", "--json", ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      stopReason: "natural",
      value: { count: 1 },
      metrics: {
        totalMs: expect.any(Number),
        usage: expect.objectContaining({ totalTokens: 30 }),
        attempts: 2,
        repairs: 1,
      },
    });
    expect(stderr).toMatch(/^1 repair · [\d,]+ ms · 30 tokens/m);
    expect(exitCode).toBe(0);
  });
});

describe("ktx run --schema that gives no value", () => {
  test("exits 1 with the issues when the answer does not fit, also after the repair", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"count":-1}') });
    const args = ["run", "Count", ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stderr).toContain(
      "error: Codex structured output failed validation:\n       - $.count: must be positive\n",
    );
    expect(stderr).toContain("next:  Correct the schema or the prompt, or choose another model");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(sim.requests).toHaveLength(2);
  });

  test("tells with --json what is wrong and what the model said", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"count":-1}') });
    const args = ["run", "Count", "--json", ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      stopReason: "error",
      value: null,
      metrics: { repairs: 1, usage: { totalTokens: 30 } },
      error: {
        kind: "invalid-output",
        issues: [{ path: "$.count", message: "must be positive" }],
        text: '{"count":-1}',
      },
    });
    expect(exitCode).toBe(1);
  });

  test("exits 1 when the schema's own code used up a budget that is not the run's", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"count":1}') });
    const args = ["run", "Count", "--json", ...schema("runs-out.ts"), ...on(sim)];
    const { exitCode, stdout } = await runKtx(sandbox, args);
    const printed: unknown = JSON.parse(stdout);
    expect(printed).toMatchObject({
      stopReason: "error",
      error: {
        kind: "invalid-output",
        message: expect.stringContaining("the schema's own code threw BudgetError"),
        next: expect.stringMatching(/^Correct the schema or the prompt, /),
      },
    });
    expect(printed).not.toHaveProperty("budget");
    expect(exitCode).toBe(1);
  });

  test("exits 1 with the service's sentence and the next step when the turn fails", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: () => refuse(401, { error: { message: "Incorrect API key provided." } }),
    });
    const args = ["run", "Count", ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stderr).toContain("Incorrect API key provided.");
    expect(stderr).toMatch(/^next: [^]*api-key-env/m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });

  test("exits 3 when the steps are used up before the answer", async () => {
    await using sandbox = await openSandbox();
    const again = toolCall("greet", { name: "Ada" });
    await using sim = await startCodexSim({ script: answering(() => [again]) });
    const tools = ["--tools", join(fixtures, "tools/greet.ts"), "--steps", "2"];
    const args = ["run", "Count", ...tools, ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stderr).toContain(
      "error: Stopped: the model did not finish before its steps were used up.\n",
    );
    expect(stderr).toContain("next:  Raise --steps, or give it a smaller task.\n");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  });

  test.each([
    ["is circular", "circular.ts", "circular structure"],
    ["throws at it", "to-json-throws.ts", "An amount has no JSON."],
  ])("exits 1 when JSON can not say the value, which %s", async (_, file, why) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"count":1}') });
    const args = ["run", "Count", ...schema(file), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    const message = stderr.replaceAll(/\s+/g, " ");
    expect(message).toContain(
      "15 tokens (10 in, 5 out) error: The value cannot be printed as JSON: ",
    );
    expect(message).toContain(why);
    expect(message).toContain("next: Return JSON values from the schema's transforms");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });

  test("tells with --json why the value could not be printed, and what the run took", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"count":1}') });
    const args = ["run", "Count", "--json", ...schema("to-json-throws.ts"), ...on(sim)];
    const { exitCode, stdout } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      stopReason: "error",
      value: null,
      metrics: expect.objectContaining({ usage: expect.objectContaining({ totalTokens: 15 }) }),
      error: {
        kind: "unprintable-value",
        message: "The value cannot be printed as JSON: An amount has no JSON.",
        next: expect.stringContaining("generateObject"),
      },
    });
    expect(exitCode).toBe(1);
  });
});

describe("ktx run --schema that is stopped in the middle of a repair", () => {
  const issues = [{ path: "$.count", message: "must be positive" }];
  const wrong = reply([text('{"count":-1}')]);

  test.each([
    ["tokens", "20"],
    ["steps", "2"],
    ["tool-calls", "1"],
  ])("by its %s exits 3, with the issues and the flag that gives more", async (budget, limit) => {
    await using sandbox = await openSandbox();
    const again = toolCall("greet", { name: "Ada" });
    await using sim = await startCodexSim({ script: [wrong, reply([again]), reply([again])] });
    const tools = ["--tools", join(fixtures, "tools/greet.ts"), `--${budget}`, limit];
    const args = ["run", "Count", "--json", ...tools, ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    const message =
      "Codex structured output failed validation:\n- $.count: must be positive\n" +
      `It could not be repaired: the model did not finish before its ${budget.replace("-", " ")} were used up.`;
    const next = `Raise --${budget}, or give it a smaller task.`;
    expect(JSON.parse(stdout)).toMatchObject({
      stopReason: "budget",
      budget,
      value: null,
      metrics: { repairs: 1 },
      error: { kind: "invalid-output", message, next, issues, text: '{"count":-1}' },
    });
    expect(stderr).toContain("- $.count: must be positive\n");
    expect(stderr).toContain(`next:  ${next}\n`);
    expect(stderr).not.toContain("Raise `");
    expect(exitCode).toBe(3);
  });

  test("by its time limit exits 3, with the issues and what to do", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: [wrong, neverAnswer()] });
    const args = ["run", "Count", "--json", "--timeout", "5", ...schema("positive.ts"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toMatchObject({
      stopReason: "timeout",
      value: null,
      error: {
        kind: "invalid-output",
        next: expect.stringContaining("Raise the time limit"),
        issues,
      },
    });
    expect(stderr).toContain("- $.count: must be positive\n");
    expect(stderr).toContain("next:  Raise the time limit, or give the run a smaller task.\n");
    expect(exitCode).toBe(3);
  });
});
