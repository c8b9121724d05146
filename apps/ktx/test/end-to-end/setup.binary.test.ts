import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { answering, type CodexSimOptions, rawAnswer, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";
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
        : [{ question, way: way.slice(0, index), key: interrupt, name: "Ctrl-C" }],
    ),
  );
  test.each([
    ...stops,
    { question: signInQuestion, way: [], key: escape, name: "Escape" },
    { question: signInQuestion, way: [], key: endOfInput, name: "Ctrl-D" },
    { ...stops.find(({ question }) => question === keyQuestion), key: endOfInput, name: "Ctrl-D" },
  ])(
    "at “$question”, $name leaves the file as it was",
    async ({ question = "", way = [], key }) => {
      await using sandbox = await openSandbox();
      const before = "# ours\nlater: kept\n";
      await writeFile(join(sandbox.project, "ktx.yaml"), before);
      const env = { ...sandbox.env, MY_KEY: "sk-any" };
      const terminal = openTerminal({ ...sandbox, env }, ["setup"]);
      await answer(terminal, ...way, [question, key]);
      expect(await terminal.exitCode).toBe(130);
      expect(terminal.shown()).toContain("Cancelled. ktx.yaml is unchanged.");
      expect(await readConfig(sandbox)).toBe(before);
      expect(await listProject(sandbox)).toEqual(["project/ktx.yaml"]);
    },
  );

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
    expect(await readConfig(sandbox)).toBe(before);
    expect(await sandbox.listProcesses()).toEqual([]);
  });
});

describe("without questions", () => {
  const setup = ["setup", "--llm-backend", "codex", "--no-input"];

  test("an empty folder becomes a project with the default model", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runKtx(sandbox, setup);
    const file = join(sandbox.project, "ktx.yaml");
    expect(stderr).toMatch(
      /^Missing: Codex is not signed in\.\nNext: Authenticate Codex: run `ktx login`/,
    );
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `created ${file}, with the model gpt-5.5 (the default of ktx; --llm-model chooses another)\n`,
    });
    expect(await listProject(sandbox)).toEqual([
      "project/.ktx/ktx.schema.json",
      "project/ktx.yaml",
    ]);
  });

  test("--yes alone is enough, and says what is missing", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runKtx(sandbox, ["setup", "--yes"]);
    expect(stdout).toMatch(/^created /);
    expect(stderr).toMatch(/^Missing: Codex is not signed in\.\nNext: /);
    expect(exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain("backend: codex\n");
  });

  test("a key from stdin signs in first, so that nothing is missing", async () => {
    await using sandbox = await openSandbox();
    const args = ["setup", "--yes", "--login", "api-key"];
    const { stdout, stderr } = await runKtx(sandbox, args, { stdin: "sk-proj-0123456789abcdef\n" });
    expect(stdout).toMatch(/^created .*, with the model gpt-5\.5/);
    expect(stderr).not.toContain("Missing");
    expect(stderr).toMatch(/\nNext: ktx run "Say hello"\n$/);
    expect(stdout + stderr).not.toContain("sk-proj");
  });

  test("an endpoint with one model needs no id, and one turn proves it", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "ok"), ...listing("llama") });
    // The address as people know it, without the path of its API.
    const root = sim.baseUrl.replace(/\/v1$/, "");
    const args = ["setup", "--endpoint", sim.baseUrl, "--yes", "--probe", "--json"];
    const { stdout } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "llama",
      modelFrom: "endpoint",
      missing: [],
      next: 'ktx run "Say hello"',
    });
    expect(sim.requests).toHaveLength(1);
    expect(await readConfig(sandbox)).toContain(`base_url: ${root}/v1\n`);
  });

  test("an endpoint with several models names them, and another sign-in replaces it", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: [], ...listing("a", "b") });
    const refused = await runKtx(sandbox, ["setup", "--endpoint", sim.baseUrl, "--yes"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/lists a,\s+b\./);
    const args = ["setup", "--endpoint", sim.baseUrl, "--api-key-env", "MY_KEY", "--yes"];
    await runKtx(sandbox, [...args, "--llm-model", "a"]);
    expect(await readConfig(sandbox)).toContain("api_key_env: MY_KEY\n");
    await runKtx(sandbox, ["setup", "--api-key-env", "OPENAI_API_KEY", "--yes"]);
    expect(await readConfig(sandbox)).toMatch(
      /backend: codex\n {4}codex:\n {6}api_key_env: OPENAI_API_KEY\n {2}models:\n {4}default: gpt-5\.5\n$/,
    );
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
      missing: [{ what: "Codex is not signed in.", next: expect.stringContaining("`ktx login`") }],
      next: expect.stringContaining("`ktx login`"),
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
      "an unknown service",
      ["setup", "--endpoint", "olama", "--yes"],
      /one\s+of\s+ollama,\s+lmstudio,\s+vllm,\s+llamacpp,\s+openrouter;\s+got\s+olama\./,
    ],
    [
      "a key for a name",
      ["setup", "--api-key-env", "sk-proj-1", "--yes"],
      /perhaps\s+the\s+key\s+itself/,
    ],
    ["an unknown isolation", ["setup", "--isolation", "off", "--yes"], /got off\./],
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
    expect(message).toContain("ktx setup --yes");
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
