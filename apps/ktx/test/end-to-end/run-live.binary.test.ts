import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CodexSim,
  partialText,
  refuse,
  reply,
  type SimScript,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal, type TerminalSession } from "../terminal.ts";

const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly sim: CodexSim;
}

async function setStage(script: SimScript): Promise<Stage> {
  const sandbox = await openSandbox();
  const sim = await startCodexSim({ script });
  return {
    sandbox,
    sim,
    [Symbol.asyncDispose]: async () => {
      await sim.close();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Calls the tool once, by the name that it has in the request, between two messages. */
const greeting: SimScript = (request) => {
  if (request.toolOutputs.length > 0) return reply([text("I greeted her.", { deltas: 5 })]);
  const isServed = request.tools.includes("mcp__ktx.greet");
  const options = isServed ? { namespace: "mcp__ktx" } : {};
  const call = toolCall("greet", { name: "Ada" }, options);
  return reply([text("Let me greet her.", { deltas: 5 }), call]);
};

test("in a terminal the answer appears while the model writes it; an interrupted one stays", async () => {
  await using stage = await setStage([reply([partialText("Just a mom")], { finish: "stall" })]);
  const terminal = openTerminal(stage.sandbox, ["run", "Wait.", ...on(stage.sim)]);
  await terminal.seen("Just a mom");
  terminal.press(keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
  // A terminal may echo the key.
  expect(terminal.screen()).toMatch(/^Just a mom(?:\^C)?\r?\nInterrupted\./m);
});

test("in a terminal the answer is printed once, and its messages stand among the tool calls", async () => {
  await using stage = await setStage(greeting);
  const args = ["run", "Greet Ada.", "--tools", greet, ...on(stage.sim)];
  const terminal = openTerminal(stage.sandbox, args);
  expect(await terminal.exitCode).toBe(0);
  const lines = terminal
    .screen()
    .split("\n")
    .map((line) => line.trimEnd());
  expect(lines.slice(0, 4)).toEqual([
    "some-model · 2 tools · at most 20 steps",
    "Let me greet her.",
    expect.stringMatching(/^ {2}1 {2}greet +"Ada" +\d+ ms$/),
    "I greeted her.",
  ]);
  expect(terminal.shown().split("I greeted her.")).toHaveLength(2);
});

test("in a terminal an attempt that was cut is named, and the answer follows", async () => {
  await using stage = await setStage([
    reply([partialText("I was ")], { finish: "cut" }),
    reply([text("Here it is.", { deltas: 3 })]),
  ]);
  const terminal = openTerminal(stage.sandbox, ["run", "Hi", ...on(stage.sim)]);
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.screen().replaceAll(/ *\r?\n/g, "\n")).toMatch(
    /^I was\nThe text above does not count: .*\nHere it is\.$/m,
  );
});

test("in a terminal, the text of a run that failed is marked, too", async () => {
  await using stage = await setStage(() => reply([partialText("I was ")], { finish: "cut" }));
  const terminal = openTerminal(stage.sandbox, ["run", "Hi", ...on(stage.sim)]);
  expect(await terminal.exitCode).toBe(1);
  const marks = terminal.shown().match(/The text above does not count/g) ?? [];
  expect(marks).toHaveLength(terminal.shown().match(/I was/g)?.length ?? 0);
  expect(terminal.screen().replaceAll(/ *\r?\n/g, " ")).toMatch(
    /I was The text above does not count: the run failed before its answer was complete\.\s+0 steps .*? error: /,
  );
});

test("in a terminal, each text of a chat's turn that failed is marked, the last one too", async () => {
  await using stage = await setStage(() => reply([partialText("I was ")], { finish: "cut" }));
  const terminal = openTerminal(stage.sandbox, ["chat", ...on(stage.sim)]);
  await terminal.seen("\n> ");
  terminal.press("Hi", keys.enter);
  await terminal.seen("error: ");
  await terminal.seen("\n> ");
  terminal.press(keys.endOfInput);
  await terminal.exitCode;
  const shown = terminal.screen().replaceAll(/ *\r?\n/g, "\n");
  expect(shown).toMatch(/^I was\nThe text above does not count: the run failed/m);
  expect(shown).not.toMatch(/^I was\n(?!The text above does not count)/m);
});

test("in a terminal, each text of a replayed run that failed is marked, the last one too", async () => {
  await using stage = await setStage(() => reply([partialText("I was ")], { finish: "cut" }));
  const recorded = ["run", "Hi", "--record", "run.jsonl", ...on(stage.sim)];
  const { exitCode } = await runKtx(stage.sandbox, recorded);
  expect(exitCode).toBe(1);
  const terminal = openTerminal(stage.sandbox, ["replay", "run.jsonl", "--speed", "1000"]);
  expect(await terminal.exitCode).toBe(1);
  const shown = terminal.screen().replaceAll(/ *\r?\n/g, "\n");
  expect(shown).toMatch(/^I was\nThe text above does not count: the run failed/m);
  expect(shown).not.toMatch(/^I was\n(?!The text above does not count)/m);
});

const limited = (seconds: number): ReturnType<typeof refuse> =>
  refuse(
    429,
    { error: { message: "Rate limit reached.", type: "rate_limit_error" } },
    { "retry-after": String(seconds) },
  );

describe.each([
  ["run", ["run", "Hi"]],
  ["chat", ["chat"]],
  ["batch", ["batch", "prompts.jsonl"]],
])("ktx %s on a service with a limit", (command, args) => {
  const start = async (stage: Stage, ...flags: string[]): Promise<TerminalSession> => {
    await writeFile(join(stage.sandbox.project, "prompts.jsonl"), '"Hi"\n');
    const terminal = openTerminal(stage.sandbox, [...args, ...flags, ...on(stage.sim)]);
    if (command !== "chat") return terminal;
    await terminal.seen("\n> ");
    terminal.press("Hi", keys.enter);
    return terminal;
  };

  test("says how long it waits, and goes on", async () => {
    await using stage = await setStage([limited(6), reply([text("Here it is.")])]);
    const terminal = await start(stage);
    await terminal.seen("waiting for the limit ");
    await terminal.seen("Here it is.");
    expect(terminal.shown()).toMatch(
      command === "batch"
        ? /waiting for the limit to reset, 00:0[0-6] to go/
        : /waiting for the limit until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d, [0-6] s left/,
    );
    if (command === "chat") terminal.press(keys.endOfInput);
    expect(await terminal.exitCode).toBe(0);
  });

  test("ends at once where --wait allows less", async () => {
    await using stage = await setStage(() => limited(120));
    const terminal = await start(stage, "--wait", "1");
    await terminal.seen("last status: 429");
    if (command === "chat") terminal.press(keys.endOfInput);
    expect(await terminal.exitCode).not.toBeNull();
    expect(stage.sim.requests).toHaveLength(1);
  });
});

test("a pipe gets the last message alone, whole, at the end", async () => {
  await using stage = await setStage(greeting);
  const args = ["run", "Greet Ada.", "--tools", greet, ...on(stage.sim)];
  const { stdout, stderr } = await runKtx(stage.sandbox, args);
  expect(stdout).toBe("I greeted her.\n");
  expect(stderr).not.toContain("Let me greet her.");
});
