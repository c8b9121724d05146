import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, refuse, startCodexSim, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");

/** Each stands where a user may have a secret. */
const planted = {
  key: "planted-key-0001-abcdef",
  token: "planted-token-0002-abcdef",
  prompt: "planted prompt 0003 about a launch",
  system: "planted system 0004 of a launch",
  answer: "planted answer 0005 of the model",
  argument: "planted argument 0006",
  variable: "PLANTED_0007_API_KEY",
  model: "planted-model-0008",
  /** Nobody says that these are secrets: their form does. */
  field: "planted-field-0009",
  cloud: "AKIA00PLANTED0010XYZ",
};

test("a bug report holds versions, checks, keys and events, and no secret that is planted anywhere", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: answering((last, { tools }) => {
      const namespace = tools.includes("mcp__ktx.greet") ? { namespace: "mcp__ktx" } : {};
      if (last === undefined) return [toolCall("greet", { name: planted.argument }, namespace)];
      const quoted = `${planted.cloud} at https://a.example/?token=${planted.field}&page=1`;
      const message = `Wrong key ${planted.key} for ${planted.prompt} by ${planted.system}, ${planted.token}, ${quoted}.`;
      return refuse(401, { error: { message } });
    }),
  });
  const yaml = [
    "llm:",
    "  provider:",
    "    backend: codex",
    "    codex:",
    `      endpoint: { base_url: "${sim.baseUrl}", api_key_env: ${planted.variable} }`,
    `  models: { default: ${planted.model} }`,
  ].join("\n");
  await writeFile(join(sandbox.project, "ktx.yaml"), `${yaml}\n`);
  const env = { [planted.variable]: planted.key, OTHER_TOKEN: planted.token };
  const args = ["run", planted.prompt, "--system", planted.system, "--tools", greet];
  const run = await runKtx(sandbox, args, { env });
  expect(run.exitCode).toBe(1);
  const { key, token, field, cloud } = planted;
  for (const secret of [key, token, field, cloud]) expect(run.stderr).not.toContain(secret);
  expect(run.stderr).toContain("token=[redacted]&page=1");

  const logs = await runHere(sandbox, ["logs"], { env });
  expect(logs.stdout).toContain("The last failure\n");
  expect(logs.stdout).toMatch(/^ {2}kind +auth$/m);

  const written = await runHere(sandbox, ["report-bug", "-o", "report.json"], { env });
  expect(written.exitCode).toBe(0);
  expect(written.stdout.replaceAll(/\s+/g, " ")).toContain("the names of the keys in ktx.yaml");
  const file = join(sandbox.project, "report.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, "utf8");
  expect(JSON.parse(text)).toMatchObject({
    versions: { codex: expect.stringMatching(/^\d/), node: process.versions.node },
    configuration: {
      found: true,
      keys: expect.arrayContaining(["llm.provider.codex.endpoint.base_url", "llm.models.default"]),
    },
    runs: [expect.arrayContaining([expect.objectContaining({ type: "call", tool: "greet" })])],
  });
  for (const secret of Object.values(planted)) expect(text).not.toContain(secret);
  // The names of a variable and of a model help their owner.
  const { variable: _, model: __, ...secrets } = planted;
  for (const secret of Object.values(secrets)) expect(logs.stdout).not.toContain(secret);
  for (const folder of [sandbox.home, sandbox.project, sim.baseUrl])
    expect(text).not.toContain(folder);

  const again = await runHere(sandbox, ["report-bug", "-o", "report.json"], { env });
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("EEXIST") });
});

test("a bug report of a folder without a project shows the step of ktx status", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await runHere(sandbox, ["report-bug"]);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "next: Run `ktx setup --llm-backend codex --no-input` in the project's folder. If that does not help, attach the file to an issue in the tracker of ktx.",
  );
});
