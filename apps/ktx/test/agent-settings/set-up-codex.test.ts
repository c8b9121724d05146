import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { AgentPlan } from "../../src/agent-settings/set-up-agent.ts";
import { runProgram } from "../../src/run-program.ts";
import { captureIo } from "../capture-io.ts";
import { openMachine, readEntry } from "./agent-machine.ts";

/** The lines that Codex and people add to the entry after a setup. */
const subtables =
  '\n[mcp_servers.ktx.tools.wiki_search]\napproval_mode = "approve"\n\n[mcp_servers.ktx.env]\nA = """\n[x]\n"""\n';

describe.each([true, false])("an undo for Codex, with a record of the setup: %s", (hasRecord) => {
  test.each<readonly [string, string, (text: string) => string, string]>([
    ["behind it", "a = 1\n", (text) => text + subtables, "a = 1\n"],
    ["in front of it", "a = 1\n", (text) => `a = 1\n${subtables}${text.slice(6)}`, "a = 1\n"],
    [
      "behind another server, whose comment stays",
      '[mcp_servers.other]\ncommand = "o"\n',
      (text) => `${text}\n# Mine.\n[mcp_servers.x]\ncommand = "x"\n${subtables}# The end.\n`,
      '[mcp_servers.other]\ncommand = "o"\n\n# Mine.\n[mcp_servers.x]\ncommand = "x"\n# The end.\n',
    ],
    [
      "behind it with spaces, quotes and Windows line breaks",
      "a = 1\r\n",
      (text) => `${text}\r\n  [ mcp_servers . "ktx" . env ] # Mine.\r\n  A = "b"\r\n\r\n[b]\r\n`,
      "a = 1\r\n\r\n[b]\r\n",
    ],
    [
      "behind more keys of its own table",
      "[a]\nb = 1\n",
      (text) =>
        `${text}# Slow.\nstartup_timeout_sec = 30\nenabled_tools = [\n  "x",\n]\n${subtables}`,
      "[a]\nb = 1\n",
    ],
  ])("takes the subtables along that stand %s", async (_, before, add, expected) => {
    const machine = openMachine();
    const file = machine.fileOf.codex;
    await machine.put(file, before);
    await machine.setUp("codex");
    if (!hasRecord) await rm(join(machine.project, ".ktx"), { recursive: true });
    const changed = add(await readFile(file, "utf8"));
    expect(parse(changed)).toHaveProperty("mcp_servers.ktx.command");
    await writeFile(file, changed);
    await machine.setUp("codex", { undo: true });
    expect(await readFile(file, "utf8")).toBe(expected);
  });
});

test("an undo for Codex finds an entry that somebody has written as keys of another table", async () => {
  const machine = openMachine();
  const entry = 'ktx.command = "ktx"\nktx.args = [\n  "mcp",\n]\n';
  const rest = '[mcp_servers]\n# Mine.\nother.command = "o"\n';
  await machine.put(machine.fileOf.codex, rest + entry);
  await machine.setUp("codex", { undo: true });
  expect(await readFile(machine.fileOf.codex, "utf8")).toBe(rest);
});

test("subtables of Codex that an earlier undo has left get their entry from a setup, and go with an undo", async () => {
  const machine = openMachine();
  const file = machine.fileOf.codex;
  const text = `a = 1\n${subtables}`;
  await machine.put(file, text);
  expect(await machine.setUp("codex")).toMatchObject({ outcome: "added" });
  expect(readEntry("codex", await readFile(file, "utf8"))).toMatchObject({
    command: "ktx",
    tools: { wiki_search: { approval_mode: "approve" } },
  });
  await machine.setUp("codex", { undo: true });
  expect(await readFile(file, "utf8")).toBe("a = 1\n");
  await machine.put(file, text);
  expect(await machine.setUp("codex", { undo: true })).toMatchObject({ outcome: "removed" });
  expect(await readFile(file, "utf8")).toBe("a = 1\n");
});

describe("the one entry of Codex for two projects", () => {
  async function openTwo() {
    const machine = openMachine();
    const other = join(machine.root, "other");
    await mkdir(other);
    await machine.put(machine.fileOf.codex, 'model = "gpt-5.5"\n');
    await machine.setUp("codex");
    const whole = await readFile(machine.fileOf.codex, "utf8");
    const read = (): Promise<string> => readFile(machine.fileOf.codex, "utf8");
    return { ...machine, other, whole, read };
  }

  test("a setup from the second one names the first before the change, and its undo puts that one back", async () => {
    const { setUp, other, project, whole, read } = await openTwo();
    const seen: (string | undefined)[] = [];
    const confirm = async ({ otherProject }: AgentPlan): Promise<boolean> =>
      seen.push(otherProject) > 0;
    expect(await setUp("codex", { projectDir: other, confirm })).toMatchObject({
      outcome: "changed",
      otherProject: project,
    });
    expect(seen).toEqual([project]);
    expect(readEntry("codex", await read())).toMatchObject({
      args: ["mcp", "--project-dir", other],
    });
    expect(await setUp("codex", { projectDir: other, undo: true })).toMatchObject({
      outcome: "removed",
      restoredProject: project,
    });
    expect(await read()).toBe(whole);
  });

  test("an undo from the second one leaves the entry of the first alone", async () => {
    const { setUp, other, project, whole, read } = await openTwo();
    await expect(setUp("codex", { projectDir: other, undo: true })).rejects.toThrow(
      `has the entry of another project, ${project}, and stays as it is.`,
    );
    expect(await read()).toBe(whole);
    await rm(project, { recursive: true });
    // Nobody could undo it there any more.
    expect(await setUp("codex", { projectDir: other, undo: true })).toMatchObject({
      outcome: "removed",
    });
    expect(await read()).toBe('model = "gpt-5.5"\n');
  });

  test("the terminal says which project loses the server", async () => {
    const { other, project, env } = await openTwo();
    const io = captureIo({ cwd: other, env });
    expect(await runProgram(["setup", "--agents", "codex", "--yes"], io)).toBe(0);
    expect(io.written.stderr).toContain(
      `It serves ${project} now, and no longer after this change.`,
    );
  });
});
