import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CodexSim, startCodexSim } from "@ktx/codex-sim";
import { beforeAll, describe, expect, test } from "vitest";
import { listPages } from "../../../../docs/site/site-pages.ts";
import { openSandbox, type Sandbox, sourceOptions } from "../spawn-ktx.ts";
import { checkExamples } from "./check-examples.ts";
import { oblige } from "./obliging-model.ts";
import { type ReadmeBlock, readBlocks } from "./readme-blocks.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../../../..");

/** The package whose dependencies the examples of a page import, where it is not the page's own. */
const foreignHomes: Readonly<Record<string, string>> = {
  "README.md": "apps/ktx",
  // Its example prepares a home and finds a binary, which the runtime can do.
  "packages/app-server/README.md": "packages/codex-runtime",
  // Its example asks a model, which the package does not know.
  "packages/batch/README.md": "apps/ktx",
  "docs/guides/ai-sdk.md": "packages/ai-sdk-provider",
};

function homeOf(page: string): string {
  const own = /^(?:packages|apps)\/[^/]+/.exec(page)?.[0];
  return foreignHomes[page] ?? own ?? "docs/site";
}

const pages = listPages(repository).filter((page) =>
  /^```ts$/m.test(readFileSync(join(repository, page), "utf8")),
);

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
  const folder = await mkdtemp(join(repository, homeOf(readme), ".readme-"));
  const file = join(folder, "example.ts");
  await writeFile(file, code);
  return { folder, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Runs an example as a reader would. Its runtime talks to the stand-in service, and it knows no sign-in. */
async function runExample(readme: string, code: string, sandbox: Sandbox, sim?: CodexSim) {
  await using example = await openExample(readme, code);
  const env = { ...sandbox.env, README_ENDPOINT: sim?.baseUrl ?? "" };
  return await run(process.execPath, offlineArgs(example.file), { cwd: sandbox.project, env });
}

function offlineArgs(file: string): string[] {
  const hook = join(import.meta.dirname, "use-offline-runtime.ts");
  return ["--no-warnings", ...sourceOptions, "--import", hook, file];
}

describe("the examples", () => {
  let findings: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    findings = await checkExamples(
      repository,
      pages.map((page) => ({ page, home: homeOf(page) })),
    );
    // One compiler for more than 80 programs: seconds, on a machine that does nothing else.
  }, 240_000);

  test.each(pages)("of %s are complete and of the right types", (page) => {
    expect(findings.get(page)).toEqual([]);
  });

  test.each(pages)("of %s use no syntax that Node 22 does not know", async (page) => {
    for (const code of await examplesOf(page)) expect(code).not.toMatch(/^\s*(?:await )?using /m);
  });

  test("stand in every guide, in each page of the start, and in the README of each package", () => {
    const without = listPages(repository).filter(
      (page) =>
        /^(?:docs\/(?:guides|start)|packages)\//.test(page) &&
        !page.includes("/docs/") &&
        !pages.includes(page),
    );
    // They are about commands: the programs are in the READMEs of the packages.
    expect(without).toEqual(["batch", "ingest", "wiki"].map((name) => `docs/guides/${name}.md`));
  });
});

/** In one process, one after the other, so that one Codex serves them all. */
async function runExamples(page: string, sandbox: Sandbox, sim: CodexSim): Promise<void> {
  const examples = await examplesOf(page);
  const imports = examples.map((_, index) => `await import("./part-${index}.ts");`).join("\n");
  await using example = await openExample(page, imports);
  for (const [index, code] of examples.entries())
    await writeFile(join(example.folder, `part-${index}.ts`), `${code}\nexport {};\n`);
  await run(process.execPath, offlineArgs(example.file), {
    cwd: sandbox.project,
    env: { ...sandbox.env, README_ENDPOINT: sim.baseUrl },
  });
}

test.each([
  "README.md",
  "packages/codex-runtime/README.md",
  "docs/start/program.md",
  "docs/guides/budgets-and-limits.md",
  "docs/guides/conversations-and-streaming.md",
])("the examples of %s run to their end on the real Codex", async (page) => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: oblige });
  await runExamples(page, sandbox, sim);
  expect(sim.requests.length).toBeGreaterThan(0);
});

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
  "packages/sqlite/README.md",
  "packages/timers/README.md",
  "packages/wiki/README.md",
])("the example of %s prints what it says", async (readme) => {
  await using sandbox = await openSandbox();
  const [example, output] = await blocksOf(readme);
  const { stdout } = await runExample(readme, example?.text ?? "", sandbox);
  expect(stdout).toBe(output?.text);
});

test("the example of packages/batch/README.md has 20 lines, and prints what it says", async () => {
  const readme = "packages/batch/README.md";
  await using sandbox = await openSandbox();
  const [example, output] = await blocksOf(readme);
  const lines = (example?.text ?? "").split("\n").filter((line) => /^\s*[^\s/]/.test(line));
  expect(lines.length).toBeLessThanOrEqual(20);
  expect((await runExample(readme, example?.text ?? "", sandbox)).stdout).toBe(output?.text);
  // It asks 500 prompts, and waits for the limit.
}, 120_000);
