import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, type CodexSimOptions, rawAnswer, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";

function readConfig({ project }: Sandbox): Promise<string> {
  return readFile(join(project, "ktx.yaml"), "utf8");
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

describe("without questions", () => {
  const setup = ["setup", "--llm-backend", "codex", "--no-input"];

  test("an empty folder becomes a project with the default model", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runHere(sandbox, setup);
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
    const { exitCode, stdout, stderr } = await runHere(sandbox, ["setup", "--yes"]);
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

  test("a service that nobody has asked is to be asked next, since it may not be there", async () => {
    await using sandbox = await openSandbox();
    const flags = ["--endpoint", "http://127.0.0.1:9/v1", "--llm-model", "llama", "--yes"];
    const { stderr, exitCode } = await runHere(sandbox, ["setup", ...flags]);
    expect([stderr, exitCode]).toEqual([expect.stringMatching(/\bNext: ktx status\n$/), 0]);
  });

  test("an endpoint with one model needs no id, and one turn proves it", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "ok"), ...listing("llama") });
    // The address as people know it, without the path of its API.
    const root = sim.baseUrl.replace(/\/v1$/, "");
    const args = ["setup", "--endpoint", sim.baseUrl, "--yes", "--probe", "--json"];
    const { stdout } = await runHere(sandbox, args);
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
    const refused = await runHere(sandbox, ["setup", "--endpoint", sim.baseUrl, "--yes"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/lists a,\s+b\./);
    const args = ["setup", "--endpoint", sim.baseUrl, "--api-key-env", "MY_KEY", "--yes"];
    await runHere(sandbox, [...args, "--llm-model", "a"]);
    expect(await readConfig(sandbox)).toContain("api_key_env: MY_KEY\n");
    await runHere(sandbox, ["setup", "--api-key-env", "OPENAI_API_KEY", "--yes"]);
    expect(await readConfig(sandbox)).toMatch(
      /backend: codex\n {4}codex:\n {6}api_key_env: OPENAI_API_KEY\n {2}models:\n {4}default: gpt-5\.5\n$/,
    );
  });

  test("running it again changes nothing, and another model changes its line alone", async () => {
    await using sandbox = await openSandbox();
    await runHere(sandbox, [...setup, "--llm-model", "gpt-6-luna"]);
    const before = await readConfig(sandbox);
    const again = await runHere(sandbox, [...setup, "--json"]);
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
    const { stdout } = await runHere(sandbox, [...setup, "--llm-model", "codex"]);
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
      "an effort that the model does not list",
      ["setup", "--effort", "turbo", "--yes"],
      /of\s+gpt-5\.5:\s+low,\s+medium,\s+high,\s+xhigh;\s+got\s+turbo\./,
    ],
    [
      "a model with a space",
      ["setup", "--endpoint", "ollama", "--llm-model", "a b", "--yes"],
      /^error: --llm-model: .*without\s+spaces\./s,
    ],
    [
      "an empty model",
      ["setup", "--endpoint", "ollama", "--llm-model", "", "--yes"],
      /^error: --llm-model: Expected a model id, got nothing\./,
    ],
    [
      "a model with a control sequence",
      [...setup, "--llm-model", "gpt-\u001B[31m"],
      /^error: --llm-model: /,
    ],
    [
      "a model with a mark of direction",
      ["setup", "--endpoint", "ollama", "--llm-model", "a\u202Eb", "--yes"],
      /^error: --llm-model: /,
    ],
    [
      "a port that does not exist",
      ["setup", "--endpoint", "http://127.0.0.1:99999/v1", "--llm-model", "m", "--yes"],
      /^error: --endpoint: /,
    ],
    [
      "a service beside no backend",
      ["setup", "--llm-backend", "none", "--endpoint", "ollama", "--yes"],
      /^error: Expected --llm-backend none without --endpoint, got both\./,
    ],
    [
      "a login beside a service",
      ["setup", "--login", "api-key", "--endpoint", "ollama", "--yes"],
      /^error: Expected --login without --endpoint, got both\./,
    ],
    [
      "no terminal",
      ["setup"],
      /^error: Setup asks its questions in a terminal, and this is not one\./,
    ],
  ])("%s is refused, and nothing is written", async (_, args, message) => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runHere(sandbox, args);
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

  test("a model or an effort that does not fit the other one is refused, and a valid file stays", async () => {
    await using sandbox = await openSandbox();
    await runHere(sandbox, [...setup, "--llm-model", "gpt-6-sol", "--effort", "max"]);
    const before = await readConfig(sandbox);
    for (const flag of ["--llm-model=gpt-5.5", "--effort=turbo"]) {
      const { exitCode, stderr } = await runHere(sandbox, [...setup, flag]);
      expect(stderr).toMatch(/^error: Expected a reasoning effort of gpt-/);
      expect({ exitCode, file: await readConfig(sandbox) }).toEqual({ exitCode: 2, file: before });
    }
    const both = await runHere(sandbox, [...setup, "--llm-model=gpt-5.5", "--effort=high"]);
    expect(both.exitCode).toBe(0);
    expect(await readConfig(sandbox)).toContain("reasoning_effort: high\n");
  });

  test("a file that is no mapping is refused with its place, and stays", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), "- a list\n");
    const { exitCode, stderr } = await runHere(sandbox, setup);
    expect(stderr).toContain("ktx.yaml cannot be changed.\n");
    expect(stderr).toContain("expected a mapping with llm, got a list");
    expect(exitCode).toBe(1);
    expect(await readConfig(sandbox)).toBe("- a list\n");
  });
});
