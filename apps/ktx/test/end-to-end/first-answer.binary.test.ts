import { answering, type CodexSim, rawAnswer, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { startOpenAiStandIn } from "../openai-stand-in.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

/** Someone who knows only the screen: types commands and answers, and each key counts. */
class Reader {
  keystrokes = 0;
  readonly #sandbox: Pick<Sandbox, "project" | "env">;

  constructor(sandbox: Pick<Sandbox, "project" | "env">) {
    this.#sandbox = sandbox;
  }

  /** Types a command of the screen, answers its questions, and gives what was shown. */
  async type(
    command: string,
    ...dialogue: readonly (readonly [question: string, ...acts: (string | (() => void))[]])[]
  ): Promise<{ readonly exitCode: number; readonly shown: string }> {
    this.keystrokes += command.length + 1;
    const [, ...args] = command.match(/"[^"]*"|\S+/g) ?? [];
    const terminal = openTerminal(
      this.#sandbox,
      args.map((arg) => arg.replaceAll('"', "")),
    );
    for (const [question, ...acts] of dialogue) {
      await terminal.seen(question);
      const pressed = acts.filter((act) => typeof act === "string");
      for (const act of acts) if (typeof act === "function") act();
      for (const key of pressed) this.keystrokes += isOneKey(key) ? 1 : key.length;
      if (pressed.length > 0) terminal.press(...pressed);
    }
    return { exitCode: await terminal.exitCode, shown: terminal.shown() };
  }
}

function isOneKey(text: string): boolean {
  return Object.values<string>(keys).includes(text);
}

const { down, up, enter, interrupt } = keys;

/** The command below a report. */
function nextOf(shown: string): string {
  return /Next: (ktx [^\r\n]*)/.exec(shown)?.[1]?.trimEnd() ?? "";
}

function startModel(): Promise<CodexSim> {
  return startCodexSim({
    script: answering(() => "Hello from the model."),
    answerOther: ({ method }) =>
      method === "GET" ? rawAnswer({ object: "list", data: [{ id: "llama3.2" }] }) : undefined,
  });
}

test("from signed out to the first answer with a pasted key, by what is on the screen", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startModel();
  await using openAi = await startOpenAiStandIn(sandbox.home, sim.baseUrl);
  const reader = new Reader({ ...sandbox, env: { ...sandbox.env, ...openAi.env } });
  const help = await reader.type("ktx");
  expect(help.shown).toMatch(/^ +setup +sign in, and create or update ktx\.yaml/m);

  const key = "sk-proj-0123456789abcdef";
  const setup = await reader.type(
    "ktx setup",
    ["Which sign-in should runs use?", down, down, enter],
    ["The API key (empty to go back)", key, enter],
    ["Which model, for every role", enter],
    ["What may a run share", enter],
    ["Run one turn now?", down, enter],
    ["Write this to ktx.yaml?", enter],
  );
  const run = await reader.type(nextOf(setup.shown));
  expect(run.shown).toContain("Hello from the model.");
  expect(run.exitCode).toBe(0);
  // A pasted key is one keystroke more than nothing.
  expect(reader.keystrokes - key.length + 1).toBe(44);
});

test("from signed out to the first answer with a service of one's own, by what is on the screen", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startModel();
  const reader = new Reader(sandbox);
  const setup = await reader.type(
    "ktx setup",
    ["Which sign-in should runs use?", down, down, down, down, enter],
    ["Which service?", up, up, enter],
    ["Its base URL (empty to go back)", sim.baseUrl, enter],
    ["The variable that holds its key", enter],
    ["Which model, for every role", enter],
    ["What may a run share", enter],
    ["Run one turn now?", down, enter],
    ["Write this to ktx.yaml?", enter],
  );
  const run = await reader.type(nextOf(setup.shown));
  expect(run.shown).toContain("Hello from the model.");
  expect(run.exitCode).toBe(0);
  expect(reader.keystrokes - sim.baseUrl.length + 1).toBe(46);
});

test("from signed out to the first answer with ChatGPT and a code, by what is on the screen", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startModel();
  await using openAi = await startOpenAiStandIn(sandbox.home, sim.baseUrl);
  const { login } = openAi;
  const reader = new Reader({ ...sandbox, env: { ...sandbox.env, ...openAi.env } });
  const setup = await reader.type(
    "ktx setup",
    ["Which sign-in should runs use?", down, enter],
    // The code is typed on another device.
    [login.code, login.enter],
    ["Which model, for every role", enter],
    ["What may a run share", enter],
    ["Run one turn now?", down, enter],
    ["Write this to ktx.yaml?", enter],
  );
  expect(setup.shown).toContain("https://auth.openai.com/codex/device");
  expect(setup.shown).toContain("Codex is signed in with ChatGPT.");
  const run = await reader.type(nextOf(setup.shown));
  expect(run.shown).toContain("Hello from the model.");
  expect(run.exitCode).toBe(0);
  expect(reader.keystrokes).toBe(37);
});

test("from signed out to the login of ChatGPT in a browser, by what is on the screen", async () => {
  await using sandbox = await openSandbox();
  const reader = new Reader(sandbox);
  const setup = await reader.type(
    "ktx setup",
    ["Which sign-in should runs use?", enter],
    ["https://auth.openai.com/oauth/authorize", interrupt],
  );
  expect(setup.exitCode).toBe(130);
  // The last key ends the login, which needs a browser.
  expect(reader.keystrokes - 1).toBe(11);
  expect(await sandbox.listProcesses()).toEqual([]);
});
