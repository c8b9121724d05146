import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { partialText, reply, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";
import { openTerminal } from "../terminal.ts";

/** Its model writes the beginning of an answer, and no more. */
const stalling = () => reply([partialText("Just a mom")], { finish: "stall" as const });

async function outcomesOf(sandbox: Sandbox): Promise<readonly unknown[]> {
  const { stdout } = await runKtx(sandbox, ["logs", "--json"]);
  const { runs }: { runs: readonly { readonly outcome: unknown }[] } = JSON.parse(stdout);
  return runs.map(({ outcome }) => outcome);
}

const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");

test.each<[string, readonly string[], string, string, readonly string[]]>([
  ["run", ["run", "Wait."], "", "Just a mom", ["interrupted"]],
  ["run whose stderr is a file", ["run", "Wait."], "2> err", "Just a mom", ["interrupted"]],
  ["run with a module", ["run", "Wait.", "--tools", greet], "", "Just a mom", ["interrupted"]],
  ["chat in a turn", ["chat"], "", "Just a mom", ["interrupted"]],
  ["chat at its prompt", ["chat"], "", "> ", []],
])(
  "a terminal that closes ends a %s with 129, with a record, and leaves no process",
  async (_, args, redirection, shown, outcomes) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: stalling });
    const given = [...args, "--endpoint", sim.baseUrl, "--model", "some-model"];
    const terminal = openTerminal(sandbox, given, { shell: `exec "$@" ${redirection}` });
    if (args[0] === "chat") await terminal.seen("> ");
    if (args[0] === "chat" && shown !== "> ") terminal.press("Wait.", "\r");
    await terminal.seen(shown);
    terminal.close();
    expect(await terminal.exitCode).toBe(129);
    expect(await sandbox.listProcesses()).toEqual([]);
    expect(await outcomesOf(sandbox)).toEqual(outcomes);
  },
);

test.each<[string, readonly string[], string]>([
  ["run", ["run", "Wait."], "Just a mom"],
  ["chat at its prompt", ["chat"], "> "],
])(
  "a terminal that closes ends a %s with 129 also where its shell keeps the signal back",
  async (_, args, shown) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: stalling });
    const given = [...args, "--endpoint", sim.baseUrl, "--model", "some-model"];
    const shell = 'trap "" HUP; "$@"; echo $? > code';
    const terminal = openTerminal(sandbox, given, { shell });
    await terminal.seen(shown);
    terminal.close();
    await terminal.exitCode;
    expect(await readFile(join(sandbox.project, "code"), "utf8")).toBe("129\n");
    expect(await sandbox.listProcesses()).toEqual([]);
  },
);
