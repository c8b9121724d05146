import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal, type TerminalSession } from "../terminal.ts";

const { down, enter, interrupt, escape, endOfInput, backspace } = keys;

const backendQuestion = "Which language model backend?";
const modelQuestion = "Which model, for every role";
const idQuestion = "The model's id (empty to go back)";
const isolationQuestion = "What may a run share";
const turnQuestion = "Run one turn now?";
const writeQuestion = "Write this to ktx.yaml?";

function readConfig({ project }: Sandbox): Promise<string> {
  return readFile(join(project, "ktx.yaml"), "utf8");
}

/** Answers each question with the keys that follow it. */
async function answer(
  terminal: TerminalSession,
  ...dialogue: readonly (readonly [question: string, ...pressed: string[]])[]
): Promise<void> {
  for (const [question, ...pressed] of dialogue) {
    await terminal.seen(question);
    terminal.press(...pressed);
  }
}

describe("in a terminal", () => {
  test("one Enter for each question makes a project that is ready but for the sign-in", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup", "--no-probe"]);
    await answer(
      terminal,
      [backendQuestion, enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown()).toContain("created ");
    expect(await readConfig(sandbox)).toMatch(
      /\nllm:\n {2}provider:\n {4}backend: codex\n {2}models:\n {4}default: gpt-5\.5\n$/,
    );
  });

  test("going back, a refused id and a free-form one end in what was chosen last", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup", "--no-probe"]);
    await answer(
      terminal,
      [backendQuestion, enter],
      // Below the present choice: another id, and back.
      [modelQuestion, down, down, enter],
      [backendQuestion, enter],
      [modelQuestion, down, enter],
      [idQuestion, "llama", enter],
      ["Unsupported Codex model", ...Array.from("llama", () => backspace), "gpt-9-nova", enter],
      [isolationQuestion, down, down, enter],
      [modelQuestion, enter],
      [isolationQuestion, down, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    const config = await readConfig(sandbox);
    expect(config).toContain("default: gpt-9-nova\n");
    expect(config).toContain("isolation: host\n");
  });

  test("without a backend there is nothing more to ask", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(terminal, [backendQuestion, down, enter], [writeQuestion, enter]);
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toMatch(/backend: none\n$/);
  });

  test("a turn is tried before anything is written, and what the file holds stays", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "ok") });
    const before = `# ours\nllm:\n  provider:\n    codex:\n      endpoint:\n        base_url: ${sim.baseUrl} # local\n`;
    await writeFile(join(sandbox.project, "ktx.yaml"), before);
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(
      terminal,
      [backendQuestion, enter],
      [modelQuestion, down, enter],
      [idQuestion, "llama", enter],
      [isolationQuestion, enter],
      [turnQuestion, enter],
    );
    await terminal.seen("llama answered.");
    expect(await readConfig(sandbox)).toBe(before);
    await answer(terminal, [writeQuestion, enter]);
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toBe(
      `${before}    backend: codex\n  models:\n    default: llama\n`,
    );
  });

  const untilWriting = [
    backendQuestion,
    modelQuestion,
    isolationQuestion,
    turnQuestion,
    writeQuestion,
  ];
  test.each([
    ...untilWriting.map((question, index) => [question, "Ctrl-C", interrupt, index] as const),
    [modelQuestion, "Escape", escape, 1] as const,
    [backendQuestion, "Ctrl-D", endOfInput, 0] as const,
    [modelQuestion, "Ctrl-D", endOfInput, 1] as const,
  ])("at “%s”, %s leaves the file as it was", async (question, _, key, index) => {
    await using sandbox = await openSandbox();
    const before = "llm: { models: { default: gpt-6-sol } } # ours\n";
    await writeFile(join(sandbox.project, "ktx.yaml"), before);
    const terminal = openTerminal(sandbox, ["setup"]);
    for (const earlier of untilWriting.slice(0, index)) {
      // The fourth question would cost a turn: there, the second answer is no.
      await answer(terminal, [earlier, ...(earlier === turnQuestion ? [down] : []), enter]);
    }
    await answer(terminal, [question, key]);
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.shown()).toContain("Cancelled. ktx.yaml is unchanged.");
    expect(await readConfig(sandbox)).toBe(before);
  });

  test("an interruption during the turn leaves no process and the file as it was", async () => {
    await using sandbox = await openSandbox();
    const asked = Promise.withResolvers<void>();
    await using sim = await startCodexSim({
      script: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    const before = `llm: { provider: { codex: { endpoint: { base_url: "${sim.baseUrl}" } } } }\n`;
    await writeFile(join(sandbox.project, "ktx.yaml"), before);
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(
      terminal,
      [backendQuestion, enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [turnQuestion, enter],
    );
    await asked.promise;
    terminal.press(interrupt);
    expect(await terminal.exitCode).toBe(130);
    expect(await readConfig(sandbox)).toBe(before);
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});

describe("without questions", () => {
  const setup = ["setup", "--llm-backend", "codex", "--no-input"];

  test("an empty folder becomes a project with Codex's default model", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout } = await runKtx(sandbox, setup);
    const file = join(sandbox.project, "ktx.yaml");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `created ${file}, with the model gpt-5.5 (Codex's default; --llm-model chooses another)\n`,
    });
    expect(await sandbox.listFiles()).toEqual(["project/.ktx/ktx.schema.json", "project/ktx.yaml"]);
  });

  test("running it again changes nothing, and another model changes its line alone", async () => {
    await using sandbox = await openSandbox();
    await runKtx(sandbox, [...setup, "--llm-model", "gpt-6-luna"]);
    const before = await readConfig(sandbox);
    const again = await runKtx(sandbox, [...setup, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({
      version: 1,
      configFile: join(sandbox.project, "ktx.yaml"),
      outcome: "unchanged",
      backend: "codex",
      model: "gpt-6-luna",
      modelFrom: "file",
    });
    const { stdout } = await runKtx(sandbox, [...setup, "--llm-model", "codex"]);
    expect(stdout).toMatch(/^updated .*, with the model codex\n$/);
    expect(await readConfig(sandbox)).toBe(before.replace("gpt-6-luna", "codex"));
  });

  test.each([
    [
      "an unsupported model",
      [...setup, "--llm-model", "llama"],
      /^error: Unsupported Codex model "llama"/,
    ],
    ["an unknown backend", ["setup", "--llm-backend", "ollama", "--yes"], /got ollama\./],
    [
      "no terminal",
      ["setup"],
      /^error: Setup asks its questions in a terminal, and this is not one\./,
    ],
  ])("%s is refused, and nothing is written", async (_, args, message) => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout, files: await sandbox.listFiles() }).toEqual({
      exitCode: 2,
      stdout: "",
      files: [],
    });
  });

  test.each([
    ["stdin is a pipe that stays open", 'mkfifo held; "$@" 0<> held; code=$?; rm held; exit $code'],
    ["stdin is empty", '"$@" < /dev/null'],
    ["stdin is closed", '"$@" <&-'],
    ["all three are pipes", '"$@" 2> >(cat >&2)'],
  ])("where %s, setup names its flags at once", async (_, shell) => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runKtx(sandbox, ["setup"], { shell });
    const message = stderr.replaceAll(/\s+/g, " ");
    expect(message).toContain("ktx setup --llm-backend codex --llm-model <id> --no-input");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  test("a file that is no mapping is refused with its place, and stays", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), "- a list\n");
    const { exitCode, stderr } = await runKtx(sandbox, setup);
    expect(stderr).toContain("ktx.yaml cannot be changed.\n");
    expect(stderr).toContain("expected a mapping, got a list");
    expect(exitCode).toBe(1);
    expect(await readConfig(sandbox)).toBe("- a list\n");
  });
});
