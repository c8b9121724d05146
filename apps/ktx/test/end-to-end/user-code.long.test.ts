import { join } from "node:path";
import { answering, type CodexSim, startCodexSim, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { casesOf } from "../../../../test/long-form.ts";
import { openSandbox, runKtx, spawnKtx } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

const fixture = (kind: string, name: string): string =>
  join(import.meta.dirname, "../fixtures", kind === "schema" ? "schemas" : kind, `${name}.ts`);
const tools = (name: string): string[] => ["--tools", fixture("tools", name)];
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];
const call = (tool: string) => toolCall(tool, {});
const calling = (tool: string) => startCodexSim({ script: answering(() => [call(tool)]) });

/** A run without a schema is `codex exec`, one with a schema `codex app-server`. */
const transports = [
  ["exec", []],
  ["app-server", ["--schema", join(import.meta.dirname, "../fixtures/schemas/city.json")]],
] as const;

const spaceless = (text: string): string => text.replaceAll(/\s+/g, " ");

describe.each(transports)("over %s, code that blocks the event loop", (_transport, flags) => {
  test.each(
    casesOf(["spin", "spin_later", "wait_for_memory", "run_program"], (tool) => tool === "spin"),
  )("by the tool %s is ended soon after the run's time limit, and Codex with it", async (tool) => {
    await using sandbox = await openSandbox();
    await using sim = await calling(tool);
    const args = ["run", "Go", "--timeout", "2", ...tools("blocking"), ...flags, ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(spaceless(stderr)).toContain(
      `error: Stopped: the tool ${tool} did not return within the time limit of 2 s.`,
    );
    expect(stderr).toContain("--timeout");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(await sandbox.listProcesses()).toEqual([]);
  });

  test.each(
    casesOf(
      [
        ["one SIGTERM", ["SIGTERM"], 143],
        ["one SIGHUP", ["SIGHUP"], 129],
        ["one SIGQUIT", ["SIGQUIT"], 131],
        ["two SIGINT", ["SIGINT", "SIGINT"], 130],
      ] as const,
      ([signals]) => signals === "two SIGINT",
    ),
  )("is ended by %s, and Codex with it", async (_, signals, exitCode) => {
    await using sandbox = await openSandbox();
    await using sim = await calling("spin");
    const args = ["run", "Go", ...tools("blocking"), ...flags, ...on(sim)];
    const running = spawnKtx(sandbox, args);
    await running.seen("the tool is blocking");
    for (const signal of signals) running.child.kill(signal);
    const result = await running.result;
    expect(result).toMatchObject({ exitCode, stdout: "" });
    expect(result.stderr).toContain(
      "Interrupted: the tool spin did not return, so ktx ended its process. Nothing is left running.\n",
    );
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});

test.each(casesOf(["tools", "schema"], (kind) => kind === "tools"))(
  "a %s module that blocks while it loads is ended soon after the time limit",
  async (kind) => {
    await using sandbox = await openSandbox();
    const args = [
      "--model",
      "gpt-5.5",
      "--timeout",
      "1",
      `--${kind}`,
      fixture(kind, "blocks-at-import"),
    ];
    for (const begin of [
      ["run", "Hi", "--json"],
      ["run", "--explain"],
    ]) {
      const { exitCode, stdout, stderr } = await runKtx(sandbox, [...begin, ...args]);
      expect(spaceless(stderr)).toMatch(
        new RegExp(
          `error: Stopped: the ${kind} module \\S+/blocks-at-import\\.ts did not return within the time limit of 1 s\\.`,
        ),
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    }
  },
);

test("a schema whose own check blocks is ended soon after the time limit", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => '{"name":"Paris"}') });
  const schema = ["--schema", fixture("schema", "blocks")];
  const args = ["run", "Go", "--timeout", "2", ...schema, ...on(sim)];
  const { exitCode, stderr } = await runKtx(sandbox, args);
  expect(spaceless(stderr)).toContain("Stopped: code of the tools or schema module did not return");
  expect(exitCode).toBe(3);
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("Ctrl-C twice in a terminal ends a tool that blocks, and once one that waits", async () => {
  await using sandbox = await openSandbox();
  await using blocked = await calling("spin");
  const first = openTerminal(sandbox, ["run", "Go", ...tools("blocking"), ...on(blocked)]);
  await first.seen("the tool is blocking");
  first.press(keys.interrupt, keys.interrupt);
  expect(await first.exitCode).toBe(130);
  expect(first.shown()).toContain(
    "Interrupted: the tool spin did not return, so ktx ended its process.",
  );

  await using waiting = await calling("linger");
  const second = openTerminal(sandbox, ["run", "Go", ...tools("slow"), ...on(waiting)]);
  await second.seen("the tool is waiting");
  second.press(keys.interrupt);
  expect(await second.exitCode).toBe(130);
  expect(second.shown()).toContain("Interrupted. Nothing is left running.");
  expect(await sandbox.listProcesses()).toEqual([]);
});

describe.each(transports)("over %s, a run that is killed", (_transport, flags) => {
  test.each(
    casesOf(
      [
        ["waits", "slow", "linger", "the tool is waiting"],
        ["blocks", "blocking", "spin", "the tool is blocking"],
      ] as const,
      ([what]) => what === "waits",
    ),
  )("leaves neither a tool that %s nor Codex", async (_, module, tool, moment) => {
    await using sandbox = await openSandbox();
    await using sim = await calling(tool);
    const running = spawnKtx(sandbox, ["run", "Go", ...tools(module), ...flags, ...on(sim)]);
    await running.seen(moment);
    running.child.kill("SIGKILL");
    // Its pipes are closed once the last process that holds them has ended.
    await running.result;
    await expect.poll(sandbox.listProcesses).toEqual([]);
  });
});

describe.each(transports)("over %s, a tool that ends the process", (_transport, flags) => {
  test.each(
    casesOf(
      [
        ["leave", "exited with code 0", "process.exit()"],
        ["leave_later", "exited with code 0", "process.exit()"],
        ["leave_with_3", "exited with code 3", "process.exit()"],
        ["abort", "was ended by SIGABRT", "memory"],
        ["kill", "was ended by SIGKILL", "memory"],
      ] as const,
      ([tool]) => tool === "leave_later" || tool === "kill",
    ),
  )("(%s) fails the run, which says so", async (tool, how, why) => {
    await using sandbox = await openSandbox();
    await using sim = await calling(tool);
    const args = ["run", "Go", "--json", ...tools("exits"), ...flags, ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(spaceless(stderr)).toContain(
      `error: The run did not finish: its process ${how}, while the tool ${tool} was running. why: `,
    );
    expect(spaceless(stderr)).toContain(why);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });
});

test.each(casesOf(["tools", "schema"], (kind) => kind === "tools"))(
  "a %s module that calls process.exit(0) while it loads fails the run, and an explanation",
  async (kind) => {
    await using sandbox = await openSandbox();
    const args = ["--model", "gpt-5.5", `--${kind}`, fixture(kind, "exits-at-import")];
    for (const begin of [
      ["run", "Hi"],
      ["run", "--explain", "--json"],
    ]) {
      const { exitCode, stdout, stderr } = await runKtx(sandbox, [...begin, ...args]);
      expect(spaceless(stderr)).toMatch(
        new RegExp(
          `^error: The run did not finish: its process exited with code 0, while the ${kind} module \\S+ was running\\. why: `,
        ),
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    }
  },
);

describe("what the user's code writes to stdout goes to stderr", () => {
  test("from a tools module, by whatever way", async () => {
    await using sandbox = await openSandbox();
    const script = answering((told) => (told === undefined ? [call("chat")] : "The answer."));
    await using sim = await startCodexSim({ script });
    const args = ["run", "Go", "--json", ...tools("chatty"), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toMatchObject({ stopReason: "natural", text: "The answer." });
    expect(stderr.match(/chatter (?:at|by) [a-z.]+(?: [a-z.]+)*/g)).toEqual([
      "chatter at import",
      "chatter by console.log",
      "chatter by process.stdout",
      "chatter by the file descriptor",
      "chatter by a program",
    ]);
    expect(stderr).toContain("by console.table");
    expect(exitCode).toBe(0);
  });

  test("from a schema module, also where the run is only explained", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => '{"name":"Paris"}') });
    const args = ["--schema", fixture("schema", "chatty"), ...on(sim)];
    const run = await runKtx(sandbox, ["run", "Go", ...args]);
    expect(run).toMatchObject({ exitCode: 0, stdout: '{"name":"Paris"}\n' });
    expect(run.stderr).toContain("chatter by a transform\n");
    const explained = await runKtx(sandbox, ["run", "--explain", "--json", ...args]);
    expect(JSON.parse(explained.stdout)).toMatchObject({ version: 1, mode: "strict" });
    expect(explained.stderr).toBe("chatter at import\n");
  });
});

test("an answer beside tools that stdout does not take is reported, too", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "The answer.") });
  const args = ["run", "Go", ...tools("greet"), ...on(sim)];
  const full = await runKtx(sandbox, args, { shell: '"$@" > /dev/full' });
  expect(full.stderr).toContain(
    "error: The output could not be written. It is missing or incomplete.\n",
  );
  expect(full.exitCode).toBe(1);
  const gone = await runKtx(sandbox, args, { shell: 'exec 3> >(exec true); wait $!; "$@" >&3' });
  expect(gone.exitCode).toBe(141);
});
