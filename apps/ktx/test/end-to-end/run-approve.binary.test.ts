import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, type CodexSim, startCodexSim, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

const tools = join(import.meta.dirname, "../fixtures/tools/read-and-write.ts");
const doors = ["red", "blue", "green", "white"];

/** Looks, then opens one door after the other, and ends with the last result that it read. */
function startDoors(): Promise<CodexSim> {
  return startCodexSim({
    script: answering((last, { toolOutputs, tools: offered }) => {
      const namespace = offered.includes("mcp__ktx.open") ? { namespace: "mcp__ktx" } : {};
      if (last === undefined) return [toolCall("look", {}, namespace)];
      const door = doors[toolOutputs.length - 1];
      return door === undefined ? `I read: ${last}` : [toolCall("open", { door }, namespace)];
    }),
  });
}

const argsOf = ({ baseUrl }: CodexSim): readonly string[] => [
  ..."run Open --approve -m some-model --tools".split(" "),
  tools,
  "--endpoint",
  baseUrl,
];

test("--approve asks before each call of a tool that is not read-only; the model reads a reason", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startDoors();
  const terminal = openTerminal(sandbox, argsOf(sim));
  // The red door is opened, the blue one is not, and from the green one on nothing is asked.
  await terminal.seen('open "red"');
  await terminal.seen("Run it? [y/a/N]");
  terminal.press("y", keys.enter);
  await terminal.seen('open "blue"');
  await terminal.seen("Run it? [y/a/N]");
  terminal.press("I painted it just now", keys.enter);
  await terminal.seen('open "green"');
  await terminal.seen("Run it? [y/a/N]");
  terminal.press("a", keys.enter);
  expect(await terminal.exitCode).toBe(0);
  expect(await readFile(join(sandbox.project, "opened.txt"), "utf8")).toBe("red\ngreen\nwhite\n");
  expect(terminal.shown().match(/Run it\?/g)).toHaveLength(3);
  const read = sim.requests.at(-1)?.toolOutputs.map(({ output }) => output) ?? [];
  expect(read[0]).toContain("There is a door.");
  expect(read[2]).toContain("The user says: I painted it just now");
});

test("Ctrl-C at the question ends the run, and the tool does not run", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startDoors();
  const terminal = openTerminal(sandbox, argsOf(sim));
  await terminal.seen("Run it? [y/a/N]");
  terminal.press(keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
  expect(await sandbox.listFiles()).not.toContain("project/opened.txt");
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("without a terminal --approve is refused before anything runs", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startDoors();
  const { exitCode, stderr } = await runKtx(sandbox, argsOf(sim));
  expect({ exitCode, requests: sim.requests }).toEqual({ exitCode: 2, requests: [] });
  expect(stderr).toContain("error: --approve asks its questions in a terminal");
});
