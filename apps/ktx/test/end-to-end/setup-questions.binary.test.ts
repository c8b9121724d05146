import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { answering, type CodexSimOptions, rawAnswer, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal, type TerminalSession } from "../terminal.ts";

const { down, up, enter, interrupt, escape, endOfInput, backspace, eraseLine } = keys;

const signInQuestion = "Which sign-in should runs use?";
const modelQuestion = "Which model, for every role";
const keyQuestion = "The API key (empty to go back)";
const nameQuestion = "The name of the variable that holds the key";
const serviceQuestion = "Which service?";
const urlQuestion = "Its base URL (empty to go back)";
const serviceKeyQuestion = "The variable that holds its key";
const goOnQuestion = "Go on with it?";
const idQuestion = "The model's id (empty to go back)";
const isolationQuestion = "What may a run share";
const turnQuestion = "Run one turn now?";
const writeQuestion = "Write this to ktx.yaml?";

function readConfig({ project }: Sandbox): Promise<string> {
  return readFile(join(project, "ktx.yaml"), "utf8");
}

/** A port of this machine on which nothing answers. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await promisify(server.close.bind(server))();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** The models that the service lists. */
function listing(...ids: readonly string[]): Pick<CodexSimOptions, "answerOther"> {
  const data = ids.map((id) => ({ id, object: "model" }));
  return { answerOther: () => rawAnswer({ object: "list", data }) };
}

/** The files of the project: the home has caches. */
async function listProject(sandbox: Sandbox): Promise<readonly string[]> {
  return (await sandbox.listFiles()).filter((file) => file.startsWith("project/"));
}

/** Answers each question with the keys that follow it. */
async function answer(
  terminal: TerminalSession,
  ...dialogue: readonly (readonly [question: string, ...pressed: string[]])[]
): Promise<void> {
  for (const [question, ...pressed] of dialogue) {
    await terminal.seen(question);
    if (pressed.length > 0) terminal.press(...pressed);
  }
}

/** From the first choice of someone who is signed out, and whose file names no access. */
const downBy = (times: number): readonly string[] => Array.from({ length: times }, () => down);
const chatgpt = downBy(0);
const device = downBy(1);
const pastedKey = downBy(2);
const variable = downBy(3);
const service = downBy(4);
const later = downBy(5);
const none = [up];

describe("in a terminal", () => {
  test("a sign-in that is left for later is all that the project lacks, and setup says so", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(
      terminal,
      [signInQuestion, ...later, enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      // Nobody is signed in, so that no paid turn is offered.
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown()).not.toContain(turnQuestion);
    expect(terminal.shown()).toMatch(
      /Codex is not signed in\.\s+│\s+Authenticate Codex: run `ktx login`/,
    );
    expect(terminal.shown()).toContain("created ");
    expect(await readConfig(sandbox)).toMatch(
      /\nllm:\n {2}provider:\n {4}backend: codex\n {2}models:\n {4}default: gpt-5\.5\n$/,
    );
  });

  test("a ktx.yaml that cannot be read is refused before any question", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), "llm: [broken");
    const terminal = openTerminal(sandbox, ["setup"]);
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.shown()).toContain("cannot be changed.");
    expect(terminal.shown()).toMatch(/next: .*Correct\s+the\s+file/);
    expect(terminal.shown()).not.toContain(signInQuestion);
    expect(await readConfig(sandbox)).toBe("llm: [broken");
  });

  test("going back, a refused id and a free-form one end in what was chosen last", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup", "--no-probe"]);
    await answer(
      terminal,
      [signInQuestion, ...later, enter],
      // Before the first choice: back, and above it another id.
      [modelQuestion, up, enter],
      [signInQuestion, ...later, enter],
      [modelQuestion, up, up, enter],
      [idQuestion, "llama", enter],
      ["Unsupported Codex model", ...Array.from("llama", () => backspace), "gpt-9-nova", enter],
      [isolationQuestion, down, down, enter],
      [modelQuestion, enter],
      [isolationQuestion, down, enter],
      [writeQuestion, down, enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    const config = await readConfig(sandbox);
    expect(config).toContain("default: gpt-9-nova\n");
    expect(config).toContain("isolation: host\n");
  });

  test("without a model there is nothing more to ask", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(terminal, [signInQuestion, ...none, enter], [writeQuestion, enter]);
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
      // As in ktx.yaml, whose service lists no model.
      [signInQuestion, enter],
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

  test("a pasted key is Codex's to keep: it is never shown, and the turn is offered", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    const key = "sk-proj-0123456789abcdef";
    await answer(
      terminal,
      [signInQuestion, ...pastedKey, enter],
      [keyQuestion, key, enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [turnQuestion, down, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown()).not.toContain(key);
    expect(terminal.shown()).toContain("Codex is signed in with an API key.");
    expect(terminal.shown()).toContain('Next: ktx run "Say hello"');
    expect(await readFile(join(sandbox.home, ".codex/auth.json"), "utf8")).toContain(key);
  });

  test("OPENAI_API_KEY is offered first, since Codex does not read it by itself", async () => {
    await using sandbox = await openSandbox();
    const env = { ...sandbox.env, OPENAI_API_KEY: "sk-any" };
    const terminal = openTerminal({ ...sandbox, env }, ["setup", "--no-probe"]);
    await answer(
      terminal,
      ["OPENAI_API_KEY is set, and Codex reads only CODEX_API_KEY."],
      [signInQuestion, enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain("api_key_env: OPENAI_API_KEY\n");
  });

  test("a variable's name is taken, and the key in its place is refused and not written", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    const key = "sk-proj-0123456789";
    await answer(
      terminal,
      [signInQuestion, ...variable, enter],
      [nameQuestion, key, enter],
      ["perhaps the key itself", ...Array.from(key, () => backspace), "MY_KEY", enter],
      ["MY_KEY is not set here."],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain("api_key_env: MY_KEY\n");
  });

  test("a local service is asked for its models, and one of them is the project's", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "ok"), ...listing("a", "b") });
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(
      terminal,
      [signInQuestion, ...service, enter],
      // The last two: another one, and back.
      [serviceQuestion, up, up, enter],
      [urlQuestion, `${sim.baseUrl}/`, enter],
      [serviceKeyQuestion, enter],
      ["answers and lists 2 models."],
      [modelQuestion, down, enter],
      [isolationQuestion, enter],
      [turnQuestion, enter],
      ["b answered."],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toMatch(
      `    backend: codex\n    codex:\n      endpoint:\n        base_url: ${sim.baseUrl}\n  models:\n    default: b\n`,
    );
  });

  test("a service that does not answer says how to start it, and can be taken as it is", async () => {
    await using sandbox = await openSandbox();
    const url = `http://127.0.0.1:${await findClosedPort()}/v1`;
    const terminal = openTerminal(sandbox, ["setup", "--no-probe"]);
    await answer(
      terminal,
      [signInQuestion, ...service, enter],
      [serviceQuestion, enter],
      [urlQuestion, eraseLine, "127.0.0.1:9", enter],
      // Empty: back.
      ["Expected an http or https URL", eraseLine, enter],
      [serviceQuestion, enter],
      [urlQuestion, eraseLine, url, enter],
      [serviceKeyQuestion, enter],
      ["does not answer: connection refused."],
      ["Start it with"],
      [goOnQuestion, enter],
      // Open again: the answered question has another mark.
      [`◆  ${goOnQuestion}`, down, down, enter],
      [urlQuestion, enter],
      [serviceKeyQuestion, enter],
      [goOnQuestion, down, enter],
      [idQuestion, "llama3.2", enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain(`base_url: ${url}\n`);
  });

  test("a paste of several lines fills the open question alone, and confirms nothing by itself", async () => {
    await using sandbox = await openSandbox();
    const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;
    const url = `http://127.0.0.1:${await findClosedPort()}/v1`;
    const terminal = openTerminal(sandbox, ["setup", "--no-probe"]);
    await answer(
      terminal,
      [signInQuestion, paste("k\r\r\r"), ...service, enter],
      [serviceQuestion, up, up, enter],
      // A terminal that does not mark a paste sends it as keys: those after the first line are dropped.
      [urlQuestion, `${url}\rWRONG_KEY\r\r\r`],
      [serviceKeyQuestion, paste("MY_KEY\r\n\r\n"), enter],
      [goOnQuestion, down, enter],
      [idQuestion, paste("llama\rtwo"), enter],
      ["without spaces", eraseLine, paste("llama3.2\r"), enter],
      [isolationQuestion, enter],
      [writeQuestion, enter],
    );
    expect(await terminal.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain(
      `        base_url: ${url}\n        api_key_env: MY_KEY\n  models:\n    default: llama3.2\n`,
    );
  });

  test("a flag answers its question, so that only the rest is asked", async () => {
    await using sandbox = await openSandbox();
    const flags = ["--api-key-env", "MY_KEY", "--isolation", "host", "--no-probe"];
    const terminal = openTerminal(sandbox, ["setup", ...flags]);
    await answer(terminal, [modelQuestion, enter], [writeQuestion, enter]);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown()).not.toContain(signInQuestion);
    const config = await readConfig(sandbox);
    expect(config).toContain("api_key_env: MY_KEY\n");
    expect(config).toContain("isolation: host\n");
  });

  test("ChatGPT reaches the login's own screen, and Ctrl-C there ends both", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(
      terminal,
      [signInQuestion, ...chatgpt, enter],
      ["auth.openai.com/oauth/authorize", interrupt],
    );
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.shown()).toMatch(/^No ktx\.yaml was written\.\r?$/m);
    expect(await sandbox.listFiles()).not.toContain("project/ktx.yaml");
    expect(await sandbox.listProcesses()).toEqual([]);
  });

  test("a device code that cannot be had leads back to the choice of sign-ins", async () => {
    await using sandbox = await openSandbox();
    const env = { ...sandbox.env, HTTPS_PROXY: "http://127.0.0.1:9" };
    const terminal = openTerminal({ ...sandbox, env }, ["setup"]);
    await answer(
      terminal,
      [signInQuestion, ...device, enter],
      ["The login of Codex ended with exit code 1."],
      [signInQuestion, interrupt],
    );
    expect(await terminal.exitCode).toBe(130);
  });

  /** The ways to each question, from the start. */
  const ways: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
    "OpenAI's own service": [
      [signInQuestion, ...variable, enter],
      [nameQuestion, "MY_KEY", enter],
      [modelQuestion, enter],
      [isolationQuestion, enter],
      [turnQuestion, down, enter],
      [writeQuestion],
    ],
    "a pasted key": [[signInQuestion, ...pastedKey, enter], [keyQuestion]],
    "another id": [[signInQuestion, ...later, enter], [modelQuestion, up, up, enter], [idQuestion]],
    "another service": [
      [signInQuestion, ...service, enter],
      [serviceQuestion, up, up, enter],
      [urlQuestion, "http://127.0.0.1:9/v1", enter],
      [serviceKeyQuestion, enter],
      [goOnQuestion],
    ],
  };
  const stops = Object.entries(ways).flatMap(([name, way]) =>
    way.flatMap(([question], index) =>
      name !== "OpenAI's own service" && question === signInQuestion
        ? []
        : [{ question, way: way.slice(0, index), key: interrupt }],
    ),
  );
  const keyStop = stops.filter(({ question }) => question === keyQuestion);

  test("Ctrl-C at each question, and Escape and Ctrl-D, leave the file as it was", async () => {
    await using sandbox = await openSandbox();
    const before = "# ours\nlater: kept\n";
    await writeFile(join(sandbox.project, "ktx.yaml"), before);
    const all = [
      ...stops,
      { question: signInQuestion, way: [], key: escape },
      { question: signInQuestion, way: [], key: endOfInput },
      ...keyStop.map((stop) => ({ ...stop, key: endOfInput })),
    ];
    expect(all).toHaveLength(16);
    // One process runs the command again and again.
    const commands = join(sandbox.root, "commands.txt");
    await writeFile(commands, all.map(() => "setup").join("\n"));
    const env = { ...sandbox.env, MY_KEY: "sk-any" };
    const program = join(import.meta.dirname, "../many-commands.ts");
    const terminal = openTerminal({ ...sandbox, env }, [commands], { program });
    for (const { question, way, key } of all) {
      const dialogue = [...way, [question, key] as const];
      // The mark of an open question: those of the command before have another one.
      await answer(
        terminal,
        ...dialogue.map(([asked, ...pressed]) => [`◆  ${asked}`, ...pressed] as const),
      );
      await terminal.seen("= 130");
      expect(await readConfig(sandbox)).toBe(before);
      expect(await listProject(sandbox)).toEqual(["project/ktx.yaml"]);
    }
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown().match(/Cancelled\. ktx\.yaml is unchanged\./g)).toHaveLength(16);
  });

  test("Escape in a folder without a ktx.yaml says that none was written", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["setup"]);
    await answer(terminal, [signInQuestion, escape]);
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.shown()).toMatch(/^Cancelled\. No ktx\.yaml was written\.\r?$/m);
    expect(await sandbox.listFiles()).not.toContain("project/ktx.yaml");
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
    const terminal = openTerminal(sandbox, ["setup", "--llm-model", "llama"]);
    await answer(
      terminal,
      [signInQuestion, enter],
      [isolationQuestion, enter],
      [turnQuestion, enter],
    );
    await asked.promise;
    terminal.press(interrupt);
    expect(await terminal.exitCode).toBe(130);
    // Nothing of the wait is left.
    expect(terminal.screen()).toMatch(/One turn on llama\nktx\.yaml is unchanged\.\nInterrupted\./);
    expect(await readConfig(sandbox)).toBe(before);
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});
