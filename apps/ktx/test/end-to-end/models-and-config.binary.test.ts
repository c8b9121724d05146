import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reply, startCodexSim, text as answer } from "@ktx/codex-sim";
import type { StatusReport } from "@ktx/config";
import { describe, expect, test } from "vitest";
import { captureIo } from "../capture-io.ts";
import { runCli } from "../../src/cli.ts";
import type { ModelsReport } from "../../src/project/list-models.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";

async function run({ project, env }: Sandbox, args: readonly string[], more: object = {}) {
  const io = captureIo({ cwd: project, env: { ...env, ...more } });
  return { exitCode: await runCli(args, io), ...io.written };
}

describe("ktx models", () => {
  test("lists what the installed Codex offers, within 80 columns, without an account", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout } = await run(sandbox, ["models"]);
    expect(stdout).toMatch(/^Codex 0\.163\.0 offers \d+ models\. Not signed in/);
    expect(stdout).toContain(
      "\ngpt-6-luna\n  Fast and affordable model for easier tasks.\n  272,000 tokens · reasoning low, medium (default), high, xhigh, max\n",
    );
    expect(stdout).toMatch(/\nHidden by Codex: .*codex-auto-review\.\n$/s);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test("says in a project with an endpoint whose models these are", async () => {
    await using sandbox = await openSandbox();
    const baseUrl = "http://127.0.0.1:9/v1";
    const endpoint = `endpoint: { base_url: "${baseUrl}" }`;
    await writeFile(
      join(sandbox.project, "ktx.yaml"),
      `llm: { provider: { backend: codex, codex: { ${endpoint} } }, models: { default: m } }\n`,
    );
    const { stdout } = await run(sandbox, ["models"]);
    const [heading = ""] = stdout.split("\n\n");
    expect(heading.replaceAll(/\s+/g, " ")).toMatch(
      /^Codex \S+ offers \d+ models\. This project uses the endpoint http:\/\/127\.0\.0\.1:9\/v1 instead, whose models are not in this list\. Only the endpoint knows them\.$/,
    );
    expect(stdout).not.toContain("recommended");
    const { stdout: json } = await run(sandbox, ["models", "--json"]);
    expect(JSON.parse(json)).toMatchObject({ version: 1, endpoint: baseUrl });
  });

  test("the default is recommended, with its reason, and the retired models are last", async () => {
    await using sandbox = await openSandbox();
    const { stdout } = await run(sandbox, ["models"]);
    const [, first, ...others] = stdout.split("\n\n").slice(0, -1);
    expect(first).toMatch(
      /^gpt-5\.5 {2}recommended\n {2}The default of ktx: it works with a ChatGPT/,
    );
    expect(stdout).not.toContain("Legacy");
    const standings = others.map((entry) => /^\S+ {2}retired\n/.test(entry));
    expect(standings).toEqual(standings.toSorted((one, other) => Number(one) - Number(other)));
    expect(others.join()).toMatch(/gpt-5\.6-sol {2}retired\n[^]*Codex advises gpt-6-sol/);
  });

  test.each([
    ["an API key", { CODEX_API_KEY: "sk-0123456789" }, "environment-key", true],
    ["no account", {}, "signed-out", null],
  ])("with %s, --json says what that account may use", async (_, env, account, usable) => {
    await using sandbox = await openSandbox();
    const { stdout } = await run(sandbox, ["models", "--json"], env);
    const report = JSON.parse(stdout) as ModelsReport;
    expect(report).toMatchObject({
      version: 1,
      codex: { version: "0.163.0" },
      account,
      endpoint: null,
    });
    expect(report.models.find(({ id }) => id === "gpt-5.5")).toMatchObject({
      contextWindow: 272_000,
      defaultReasoningLevel: "medium",
      listed: true,
      usable,
    });
    expect(report.models.some(({ listed }) => !listed)).toBe(true);
  });
});

describe("ktx config", () => {
  const text =
    "llm:\n  provider: { backend: codex }\n  models: { default: gpt-5.5, curator: gpt-6-sol }\n";

  test("show gives every value with its default, and check says that nothing is wrong", async () => {
    await using sandbox = await openSandbox();
    const file = join(sandbox.project, "ktx.yaml");
    await writeFile(file, text);
    expect(await run(sandbox, ["config", "show"])).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: [
        `file                        ${file} (nearest ktx.yaml)`,
        "backend                     codex",
        "isolation                   strict",
        "service                     OpenAI",
        "account                     the sign-in of `ktx login`",
        "models.default              gpt-5.5",
        "models.triage               gpt-5.5",
        "models.candidateExtraction  gpt-5.5",
        "models.curator              gpt-6-sol",
        "models.reconcile            gpt-5.5",
        "models.repair               gpt-5.5",
        "",
      ].join("\n"),
    });
    expect(await run(sandbox, ["config", "check"])).toEqual({
      exitCode: 0,
      stdout: `ok  ${file}\n`,
      stderr: "",
    });
  });

  test("check tells a problem with its place and its fix, and exits 1", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), text.replace("codex", "codx"));
    expect(await run(sandbox, ["config", "check"])).toEqual({
      exitCode: 1,
      stdout:
        'ktx.yaml:2:24 llm.provider.backend: expected `none` or `codex`, got "codx"\n' +
        "  fix: Did you mean `backend: codex`?\n",
      stderr: "",
    });
  });

  test("a warning is told, and is no failure", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), `${text}  modles: {}\n`);
    const shown = await run(sandbox, ["config", "show"]);
    expect(shown.stderr).toContain("warning: llm.modles: ");
    expect(shown.exitCode).toBe(0);
    const { exitCode, stdout } = await run(sandbox, ["config", "check", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      config: { llm: { backend: "codex" } },
      problems: [{ severity: "warning", code: "unknown-key" }],
    });
    expect(exitCode).toBe(0);
  });

  test("without a file, check says how to make one", async () => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout } = await run(sandbox, ["config", "check"]);
    expect(stdout).toContain("ktx setup --llm-backend codex --no-input");
    expect(exitCode).toBe(1);
  });
});

describe("the reasoning effort", () => {
  const withEffort = (effort: string) =>
    `llm:\n  provider: { backend: codex }\n  models: { default: gpt-5.5 }\n  reasoning_effort: ${effort}\n`;

  test.each([
    ["of the command line", "", ["run", "Hi", "--model", "gpt-5.5", "--effort", "ultra"]],
    ["of ktx.yaml", withEffort("ultra"), ["run", "Hi"]],
    ["of an ingest", "", ["ingest", ".", "--model", "gpt-5.5", "--effort", "ultra"]],
    ["of a text to remember", "", ["remember", "Hi", "--model", "gpt-5.5", "--effort", "ultra"]],
    ["of a scan", "", ["scan", "shop.db", "--model", "gpt-5.5", "--effort", "ultra"]],
  ])("%s is checked against what the model lists, before anything runs", async (_, file, args) => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), file);
    const { exitCode, stderr } = await run(sandbox, args);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "Expected a reasoning effort of gpt-5.5: low, medium, high, xhigh; got ultra.",
    );
    expect(exitCode).toBe(2);
    expect(await readdir(sandbox.project)).toEqual(["ktx.yaml"]);
  });

  test("of ktx.yaml is a part of config show, and of what ktx status checks", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "ktx.yaml"), withEffort("ultra"));
    const shown = await run(sandbox, ["config", "show"]);
    expect(shown.stdout).toMatch(/^reasoning effort +ultra$/m);
    const { stdout } = await run(sandbox, ["status", "--no-probe", "--json"]);
    const { checks } = JSON.parse(stdout) as StatusReport;
    expect(checks.find(({ id }) => id === "models")).toMatchObject({
      outcome: "failed",
      message: "llm.reasoning_effort: gpt-5.5 takes low, medium, high, xhigh; got ultra.",
      fix: "Set llm.reasoning_effort in ktx.yaml to an effort that `ktx models` lists.",
    });
  });

  test("that setup is given is written, and reaches the model; the command line overrides it", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: () => reply([answer("Hello")]) });
    const access = ["--endpoint", sim.baseUrl, "--llm-model", "gpt-5.5"];
    await run(sandbox, ["setup", ...access, "--effort", "high", "--yes"]);
    await run(sandbox, ["run", "Hi"]);
    await run(sandbox, ["run", "Hi", "--effort", "low"]);
    await run(sandbox, ["remember", "Refunds are paid.", "--effort", "minimal"]);
    expect(sim.requests.slice(0, 3).map(({ body }) => body)).toEqual([
      expect.objectContaining({ reasoning: expect.objectContaining({ effort: "high" }) }),
      expect.objectContaining({ reasoning: expect.objectContaining({ effort: "low" }) }),
      expect.objectContaining({ reasoning: expect.objectContaining({ effort: "minimal" }) }),
    ]);
  });
});
