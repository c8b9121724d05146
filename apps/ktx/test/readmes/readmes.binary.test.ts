import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { answering, type CodexSim, reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox, sourceOptions } from "../spawn-ktx.ts";
import { type ReadmeBlock, readBlocks } from "./readme-blocks.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../../../..");

/** Where an example of each README lives, so that the packages that it imports are found. */
const homes: Readonly<Record<string, string>> = {
  "README.md": "apps/ktx",
  "apps/ktx/README.md": "apps/ktx",
  "packages/ai-sdk-provider/README.md": "packages/ai-sdk-provider",
  // Its example prepares a home and finds a binary, which the runtime can do.
  "packages/app-server/README.md": "packages/codex-runtime",
  // Its example asks a model, which the package does not know.
  "packages/batch/README.md": "apps/ktx",
  "packages/child-process/README.md": "packages/child-process",
  "packages/codex-binary/README.md": "packages/codex-binary",
  "packages/codex-home/README.md": "packages/codex-home",
  "packages/codex-process/README.md": "packages/codex-process",
  "packages/codex-tools/README.md": "packages/codex-tools",
  "packages/codex-runtime/README.md": "packages/codex-runtime",
  "packages/codex-sim/README.md": "packages/codex-sim",
  "packages/config/README.md": "packages/config",
  "packages/ingest/README.md": "packages/ingest",
  "packages/json-answer/README.md": "packages/json-answer",
  "packages/mcp-bridge/README.md": "packages/mcp-bridge",
  "packages/otel/README.md": "packages/otel",
  "packages/rate-limits/README.md": "packages/rate-limits",
  "packages/recording/README.md": "packages/recording",
  "packages/redact/README.md": "packages/redact",
  "packages/timers/README.md": "packages/timers",
  "packages/wiki/README.md": "packages/wiki",
  "packages/wiki-server/README.md": "packages/wiki-server",
};

async function blocksOf(readme: string): Promise<readonly ReadmeBlock[]> {
  return readBlocks(await readFile(join(repository, readme), "utf8"));
}

async function examplesOf(readme: string): Promise<readonly string[]> {
  const blocks = await blocksOf(readme);
  return blocks.filter(({ language }) => language === "ts").map(({ text: code }) => code);
}

/** A file with the example, in a folder of its own within its package. */
async function openExample(
  readme: string,
  code: string,
): Promise<AsyncDisposable & { readonly folder: string; readonly file: string }> {
  const folder = await mkdtemp(join(repository, homes[readme] ?? "", ".readme-"));
  const file = join(folder, "example.ts");
  await writeFile(file, code);
  return { folder, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Runs an example as a reader would. Its runtime talks to the stand-in service, and it knows no sign-in. */
async function runExample(readme: string, code: string, sandbox: Sandbox, sim?: CodexSim) {
  await using example = await openExample(readme, code);
  const hook = join(import.meta.dirname, "use-offline-runtime.ts");
  const args = ["--no-warnings", ...sourceOptions, "--import", hook, example.file];
  const env = { ...sandbox.env, README_ENDPOINT: sim?.baseUrl ?? "" };
  return await run(process.execPath, args, { cwd: sandbox.project, env });
}

describe.each(Object.keys(homes))("the examples of %s", (readme) => {
  test("are complete and of the right types", async () => {
    const examples = await examplesOf(readme);
    expect(examples.length).toBeGreaterThan(0);
    await using example = await openExample(readme, "export {};\n");
    // Each is a module of its own; the compiler starts once for all of them.
    const files = examples.map((_, index) => `example-${index + 1}.ts`);
    for (const [index, code] of examples.entries())
      await writeFile(join(example.folder, files[index] ?? ""), `${code}\nexport {};\n`);
    const config = {
      extends: join(repository, "tsconfig.base.json"),
      compilerOptions: {
        noEmit: true,
        composite: false,
        declarationMap: false,
        isolatedDeclarations: false,
        rootDir: repository,
      },
      files,
    };
    const project = join(example.folder, "tsconfig.json");
    await writeFile(project, JSON.stringify(config));
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const told = await run(process.execPath, [tsc, "-p", project]).catch((error: unknown) => error);
    expect(told).toMatchObject({ stdout: "" });
  });

  test("use no syntax that Node 22 does not know", async () => {
    for (const code of await examplesOf(readme)) expect(code).not.toMatch(/^\s*(?:await )?using /m);
  });
});

/** A model that looks things up once where it may, and answers every schema with what fits. */
const obliging = answering((told, { tools, outputSchema }) => {
  if (outputSchema !== undefined) return JSON.stringify(fill(outputSchema));
  const [tool] = tools;
  if (tool === undefined || told !== undefined) return "The answer.";
  const input = { query: "Refunds", page: "refunds.md" };
  return [toolCall(tool, input)];
});

/** A value of a strict object schema with flat properties. */
function fill(schema: Readonly<Record<string, unknown>>): unknown {
  const properties = Object.entries(schema["properties"] ?? {});
  return Object.fromEntries(properties.map(([name, part]) => [name, fillPart(part)]));
}

function fillPart(part: unknown): unknown {
  const json = JSON.stringify(part);
  if (json.includes('"null"')) return null;
  return json.includes('"number"') ? 7 : "text";
}

test.each(["README.md", "packages/codex-runtime/README.md"])(
  "the examples of %s run to their end on the real Codex",
  async (readme) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: obliging });
    for (const code of await examplesOf(readme)) await runExample(readme, code, sandbox, sim);
    expect(sim.requests.length).toBeGreaterThan(0);
  },
);

test("the example of packages/mcp-bridge/README.md runs to its end", async () => {
  await using sandbox = await openSandbox();
  const readme = "packages/mcp-bridge/README.md";
  for (const code of await examplesOf(readme))
    expect(await runExample(readme, code, sandbox)).toMatchObject({ stderr: "" });
});

test("the example of packages/codex-sim/README.md prints what it says", async () => {
  await using sandbox = await openSandbox();
  const readme = "packages/codex-sim/README.md";
  const [code = ""] = await examplesOf(readme);
  const { stdout } = await runExample(readme, code, sandbox);
  const said = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.*)/g), ([, line = ""]) => line);
  expect(said).toHaveLength(3);
  const printed = stdout.replaceAll(/\s+/g, " ");
  for (const line of said) expect(printed).toContain(line.replace(/ … \]$/, ""));
});

test.each([
  "packages/child-process/README.md",
  "packages/codex-binary/README.md",
  "packages/codex-home/README.md",
  "packages/codex-process/README.md",
  "packages/codex-tools/README.md",
  "packages/config/README.md",
  "packages/json-answer/README.md",
  "packages/rate-limits/README.md",
  "packages/redact/README.md",
  "packages/timers/README.md",
  "packages/wiki/README.md",
])("the example of %s prints what it says", async (readme) => {
  await using sandbox = await openSandbox();
  const [example, output] = await blocksOf(readme);
  const { stdout } = await runExample(readme, example?.text ?? "", sandbox);
  expect(stdout).toBe(output?.text);
});

test("the example of packages/batch/README.md asks each prompt once, over two runs", async () => {
  const readme = "packages/batch/README.md";
  await using sandbox = await openSandbox();
  const [example, output] = await blocksOf(readme);
  const first = await runExample(readme, example?.text ?? "", sandbox);
  expect(first.stdout).toBe(output?.text);
  const second = await runExample(readme, example?.text ?? "", sandbox);
  expect(second.stdout).toBe("finished: 500 done, 0 tokens\n");
  // It asks 500 prompts, and waits for the limit.
}, 120_000);

test("the commands of apps/ktx/README.md run with the tools module that it shows", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: (request) =>
      request.toolOutputs.length === 0
        ? reply([toolCall("greet", { name: "Ada" })])
        : reply([text("Good morning, Ada.")]),
  });
  const readme = "apps/ktx/README.md";
  const [tools = ""] = await examplesOf(readme);
  await using example = await openExample(readme, tools);
  const commands = (await blocksOf(readme)).flatMap(({ text: lines }) =>
    Array.from(lines.matchAll(/^\$ ktx (.*)$/gm), ([, command = ""]) => command),
  );
  expect(commands).toEqual(
    expect.arrayContaining([
      "setup --llm-backend codex --no-input",
      'run "Greet Ada" --tools tools.ts',
    ]),
  );
  const setUp = await runKtx(sandbox, "setup --llm-backend codex --no-input".split(" "));
  expect(setUp.exitCode).toBe(0);
  const args = ["run", "Greet Ada", "--tools", example.file, "--endpoint", sim.baseUrl];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
  expect(stderr).toMatch(/^ {2}1 {2}greet +"Ada"/m);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Good morning, Ada.\n" });
});
