import { join } from "node:path";
import type { TextPart } from "@ktx/codex-runtime";
import { budgetNames, budgets } from "@ktx/codex-runtime/budgets";
import { describe, expect, test } from "vitest";
import type { RunInput } from "../../src/agent/prepare-run.ts";
import type { AgentRunReport } from "../../src/agent/run-agent.ts";
import { runCli } from "../../src/cli.ts";
import { Interruption } from "../../src/cli-io.ts";
import type { Services } from "../../src/services.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { type CapturedIo, captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";
import { fakeServices } from "../fake-services.ts";

const fixture = (name: string): string =>
  join(import.meta.dirname, "../fixtures/tools", `${name}.ts`);

const schemaFixture = (name: string): string =>
  join(import.meta.dirname, "../fixtures/schemas", name);

const report: AgentRunReport = {
  version: 1,
  stopReason: "natural",
  text: "The answer.",
  toolCalls: [],
  toolFailures: [],
  metrics: { totalMs: 1_200, usage: {}, stepCount: 2, stepBoundariesMs: [400, 900] },
};

/** Services of which the run gives this report, and what it was asked for. */
function answering(result: AgentRunReport) {
  const asked: RunInput[] = [];
  const services = fakeServices({
    runAgent: (input) => {
      asked.push(input);
      return Promise.resolve(result);
    },
  });
  return { asked, services };
}

test("the flags of run reach the service as they were given", async () => {
  const { asked, services } = answering(report);
  const args =
    "run Hi --tools t.ts --image a.png --image b.jpg --steps 7 --tool-calls 5 --tokens 9000 --timeout 60 --wait 0 --on-tool-failure continue --role curator --model gpt-5.5 --endpoint http://127.0.0.1:1/v1 " +
    "--api-key-env MY_KEY --system Brief --project-dir ..";
  await runCli(args.split(" "), captureIo(), services);
  expect(asked).toMatchObject([
    {
      prompt: "Hi",
      tools: "t.ts",
      image: ["a.png", "b.jpg"],
      budgets: { stepBudget: 7, toolCallBudget: 5, tokenBudget: 9_000 },
      timeout: 60,
      wait: 0,
      onToolFailure: "continue",
      role: "curator",
      model: "gpt-5.5",
      endpoint: "http://127.0.0.1:1/v1",
      apiKeyEnv: "MY_KEY",
      system: "Brief",
      projectDir: "..",
    },
  ]);
});

/** A service whose model says this, part by part, before its report. */
function saying(parts: readonly TextPart[], result: AgentRunReport) {
  return fakeServices({
    runAgent: ({ observer }) => {
      for (const part of parts) observer.onText?.(part);
      return Promise.resolve(result);
    },
  });
}

describe("the answer of a run", () => {
  const parts: readonly TextPart[] = [
    { type: "text-delta", delta: "The " },
    { type: "text-delta", delta: "answer." },
  ];

  test("is shown in a terminal as it is written, and only once", async () => {
    const io = captureIo({ isTTY: true });
    expect(await runCli(["run", "Hi"], io, saying(parts, report))).toBe(0);
    expect(screenOf(io.written.stderr)).toMatch(/^The answer\.\n\n2 steps/);
    expect(io.written.stdout).toBe("");
  });

  test("is printed again in a terminal where it is another than what was shown", async () => {
    const io = captureIo({ isTTY: true });
    await runCli(["run", "Hi"], io, saying(parts.slice(0, 1), report));
    expect(io.written.stdout).toBe("The answer.\n");
  });

  test.each<[string, readonly string[], boolean, string]>([
    ["a pipe", [], false, "The answer.\n"],
    ["--json on a pipe", ["--json"], false, `${JSON.stringify(report)}\n`],
    ["--json in a terminal", ["--json"], true, `${JSON.stringify(report)}\n`],
  ])("is whole and alone on stdout with %s", async (_, flags, isTTY, stdout) => {
    const io = captureIo({ isTTY });
    await runCli(["run", "Hi", ...flags], io, saying(parts, report));
    expect(io.written.stdout).toBe(stdout);
    expect(io.written.stderr).not.toContain("The");
  });
});

describe("an interrupt while the end of an answer waits for the size of the terminal", () => {
  /** The run ends while the size changes, and the user interrupts in the wait for its end. */
  function ending(io: CapturedIo): Partial<Services> {
    return {
      runAgent: ({ observer }) => {
        observer.onText?.({ type: "text-delta", delta: "The answer." });
        io.stderr.emit("resize");
        setImmediate(() => io.interrupt(new Interruption("SIGINT", 130)));
        return Promise.resolve(report);
      },
    };
  }

  test("leaves the whole answer and the exit code of the run", async () => {
    const io = captureIo({ isTTY: true });
    expect(await runCli(["run", "Hi"], io, fakeServices(ending(io)))).toBe(0);
    expect(io.signal.aborted).toBe(true);
    expect(screenOf(io.written.stderr)).toMatch(/^The answer\.\n\n2 steps/);
    expect(io.written).toMatchObject({ stderr: expect.not.stringContaining("Interrupted") });
  });

  test("is one of the run where its page is still to come", async () => {
    await using folder = await makeTestFolder("run-interrupted");
    const io = captureIo({ isTTY: true, cwd: folder.path });
    const services = fakeServices(ending(io));
    expect(await runCli(["run", "Hi", "--open"], io, services)).toBe(130);
    expect(screenOf(io.written.stderr)).toMatch(/^The answer\.\n\n2 steps[^]*\nInterrupted\./);
  });
});

describe.each(budgetNames)("the budget of the table that is named %s", (name) => {
  const { flag, option, unit } = budgets[name];

  test("has a flag in the help of run", async () => {
    const io = captureIo();
    expect(await runCli(["run", "--help"], io)).toBe(0);
    expect(io.written.stdout).toMatch(new RegExp(`^ +${flag} <n> +${unit.many} after which`, "m"));
  });

  test("reaches the run under its option, beside the steps, which are always bounded", async () => {
    const { asked, services } = answering(report);
    await runCli(["run", "Hi", flag, "5"], captureIo(), services);
    expect(asked.map((input) => input.budgets)).toEqual([{ stepBudget: 20, [option]: 5 }]);
  });

  test("is named by its unit and its flag where it ended a run", async () => {
    const { services } = answering({ ...report, stopReason: "budget", budget: name });
    const io = captureIo();
    await runCli(["run", "Hi"], io, services);
    const message = io.written.stderr.replaceAll(/\s+/g, " ");
    expect(message).toMatch(new RegExp(`after \\d+ ${unit.many}\\. next: Raise ${flag},`));
  });

  test("is checked as its flag says", async () => {
    const io = captureIo();
    expect(await runCli(["run", "Hi", flag, "0"], io)).toBe(2);
    expect(io.written.stderr).toContain(`'${flag} <n>' argument '0' is invalid`);
  });
});

test.each([
  ["natural", 0],
  ["error", 1],
  ["budget", 3],
  ["timeout", 3],
] as const)("a run that ended by %s exits %i", async (stopReason, expected) => {
  const { services } = answering({ ...report, stopReason });
  expect(await runCli(["run", "Hi"], captureIo(), services)).toBe(expected);
});

test.each([
  ["steps", "after 2 steps.", "--steps"],
  ["tool-calls", "after 1 tool call.", "--tool-calls"],
  ["tokens", "after 1,200 tokens.", "--tokens"],
] as const)(
  "a run that used up its %s says so, after what it has said",
  async (budget, what, flag) => {
    const { services } = answering({
      ...report,
      stopReason: "budget",
      budget,
      toolCalls: [{ tool: "look", status: "completed" }],
      metrics: { ...report.metrics, usage: { totalTokens: 1_200 } },
    });
    const io = captureIo();
    await runCli(["run", "Hi"], io, services);
    expect(io.written.stdout).toBe("The answer.\n");
    expect(io.written.stderr).toContain(`Stopped: the model did not finish ${what}`);
    expect(io.written.stderr).toContain(`Raise ${flag}`);
  },
);

test("an answer in a terminal can not move its cursor, and is untouched in a pipe", async () => {
  const { services } = answering({ ...report, text: "a\u001b[2Jb\u0007" });
  const [terminal, pipe] = [captureIo({ isTTY: true }), captureIo()];
  await runCli(["run", "Hi"], terminal, services);
  await runCli(["run", "Hi"], pipe, services);
  expect([terminal.written.stdout, pipe.written.stdout]).toEqual(["ab\n", "a\u001b[2Jb\u0007\n"]);
});

test("a value is laid out in a terminal, where it can not move the cursor, and is one line in a pipe", async () => {
  const services = fakeServices({
    runObject: () =>
      Promise.resolve({
        version: 1,
        stopReason: "natural",
        value: { city: "Wien\u009b2J" },
        metrics: { totalMs: 1_200, usage: {} },
      }),
  });
  const [terminal, pipe] = [captureIo({ isTTY: true }), captureIo()];
  await runCli(["run", "Hi", "--schema", "city.json"], terminal, services);
  await runCli(["run", "Hi", "--schema", "city.json"], pipe, services);
  expect([terminal.written.stdout, pipe.written.stdout]).toEqual([
    '{\n  "city": "Wien\\u009b2J"\n}\n',
    '{"city":"Wien\u009b2J"}\n',
  ]);
});

describe("bad input is refused before anything is started", () => {
  const model = ["--model", "gpt-5.5"];
  const cases: readonly (readonly [
    what: string,
    args: readonly string[],
    expected: readonly string[],
  ])[] = [
    [
      "an empty prompt",
      ["run", "  ", ...model],
      ["Expected a prompt, got an empty text.", "ktx run < prompt.md"],
    ],
    [
      "no prompt",
      ["run", ...model],
      ["Expected a prompt, got an empty text.", "ktx run < prompt.md"],
    ],
    [
      "steps below 1",
      ["run", "Hi", "--steps", "0"],
      ["'--steps <n>' argument '0' is invalid", "a whole number from 1"],
    ],
    ["steps that are no number", ["run", "Hi", "--steps", "two"], ["a whole number from 1"]],
    ["a wait that is no number", ["run", "Hi", "--wait", "soon"], ["a whole number from 0"]],
    [
      "an unknown policy for failed tool calls",
      ["run", "Hi", "--on-tool-failure", "ignore"],
      ["'--on-tool-failure <policy>' argument 'ignore' is invalid", "recover, fail, continue"],
    ],
    ["an unknown option", ["run", "Hi", "--step", "2"], ["unknown option '--step'", "--steps"]],
    [
      "an unknown role",
      ["run", "Hi", "--role", "boss", ...model],
      ["--role to be one of default, triage", "got boss"],
    ],
    [
      "an unsupported model",
      ["run", "Hi", "--model", "llama"],
      ["--model: expected codex, default, gpt-* or codex-*", '"llama"', "ktx models", "--endpoint"],
    ],
    [
      "an endpoint that is no URL",
      ["run", "Hi", "--endpoint", "localhost"],
      ["Expected an http or https URL"],
    ],
    [
      "a key variable that is not set",
      ["run", "Hi", "--api-key-env", "NOPE", ...model],
      ["NOPE", "is not set", "next:"],
    ],
    [
      "no configured model",
      ["run", "Hi"],
      ["Valid backends: codex.", "ktx setup --llm-backend codex --no-input", "--model"],
    ],
    [
      "a missing tools module",
      ["run", "Hi", "--tools", "nope.ts", ...model],
      ["Expected a tools module at", "nope.ts, found no file."],
    ],
    [
      "a tools module that throws",
      ["run", "Hi", "--tools", fixture("throws"), ...model],
      ["could not be loaded", "The database is not reachable."],
    ],
    [
      "a module without tools",
      ["run", "Hi", "--tools", fixture("no-tools"), ...model],
      ["to export tools, got the exports answer", "defineTool"],
    ],
    [
      "a tool with an illegal name",
      ["run", "Hi", "--tools", fixture("illegal-name"), ...model],
      ["letters, digits", '"greet someone"'],
    ],
    [
      "two tools of one name",
      ["run", "Hi", "--tools", fixture("duplicate-name"), ...model],
      ['Tool "second"', "Rename one of the two"],
    ],
    [
      "two tools whose names Codex would make one",
      ["run", "Hi", "--tools", fixture("names-made-one"), ...model],
      ['got "say_hello", which becomes "say_hello" like "say-hello"', "Rename one of the two"],
    ],
    [
      "a missing schema",
      ["run", "Hi", "--schema", "nope.json", ...model],
      ["Expected a schema at", "nope.json, found no file."],
    ],
    [
      "a schema that is no JSON",
      ["run", "Hi", "--schema", schemaFixture("broken.json"), ...model],
      ["broken.json to hold a JSON Schema, got text that is not JSON.", "why: "],
    ],
    [
      "a schema that is no object",
      ["run", "Hi", "--schema", schemaFixture("list.json"), ...model],
      ['to hold a JSON Schema, got ["name"].'],
    ],
    [
      "a schema module that throws",
      ["run", "Hi", "--schema", schemaFixture("throws.ts"), ...model],
      ["The schema module", "could not be loaded", "The database is not reachable."],
    ],
    [
      "a module without a schema",
      ["run", "Hi", "--schema", schemaFixture("no-schema.ts"), ...model],
      [
        "to export a schema, got the exports answer, but none of them is a schema",
        "export const schema",
      ],
    ],
    [
      "a module with several schemas",
      ["run", "Hi", "--schema", schemaFixture("several.ts"), ...model],
      ["to export a schema, got several: City, River."],
    ],
    [
      "a schema that can not be asked for",
      ["run", "Hi", "--schema", schemaFixture("unsupported.ts"), ...model],
      ["The output schema cannot be used", "(at $.cities[].map)", "next: "],
    ],
    [
      "a schema whose mark of a library is empty",
      ["run", "Hi", "--schema", schemaFixture("empty-mark.ts"), ...model],
      ["to export a schema, got the exports schema, but none of them is a schema"],
    ],
    [
      "a missing schema, where the run is only to be explained",
      ["run", "--explain", "--schema", "nope.json", ...model],
      ["Expected a schema at", "nope.json, found no file."],
    ],
    [
      "a schema that can not be asked for, where the run is only to be explained",
      ["run", "--explain", "--json", "--schema", schemaFixture("unsupported.ts"), ...model],
      ["The output schema cannot be used", "(at $.cities[].map)", "next: "],
    ],
    [
      "a schema with an empty prompt",
      ["run", " ", "--schema", schemaFixture("city.json"), ...model],
      ["Expected a prompt"],
    ],
    [
      "an input schema that is no object",
      ["run", "Hi", "--tools", fixture("schema-no-object"), ...model],
      ["made by z.object"],
    ],
  ];

  test.each(cases)("%s", async (_, args, expected) => {
    const io = captureIo();
    const exitCode = await runCli(args, io);
    const message = io.written.stderr.replaceAll(/\s+/g, " ");
    for (const part of expected) expect(message).toContain(part);
    expect(message).toMatch(/^error: /);
    expect(message).not.toContain(".ts:");
    expect({ exitCode, stdout: io.written.stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});
