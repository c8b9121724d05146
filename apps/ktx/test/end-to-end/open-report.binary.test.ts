import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answering, refuse, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { playIngest } from "../play-ingest.ts";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";

const model = (baseUrl: string): readonly string[] => ["-m", "gpt-5.5", "--endpoint", baseUrl];

/** The sandbox with a browser that writes the address that it gets, and that address. */
async function withBrowser(sandbox: Sandbox) {
  const [browser, opened] = ["browser.sh", "opened.txt"].map((name) => join(sandbox.root, name));
  if (browser === undefined || opened === undefined) throw new Error();
  await writeFile(
    browser,
    `#!/bin/sh\nprintf '%s\\n' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
    { mode: 0o755 },
  );
  const readAddress = async (): Promise<string> => {
    await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toMatch(/\n$/);
    return (await readFile(opened, "utf8")).trim();
  };
  return { machine: { ...sandbox, env: { ...sandbox.env, BROWSER: browser } }, readAddress };
}

describe("ktx run --open", () => {
  test("writes the run as a page below .ktx/reports and shows it; stdout is the answer's", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "It is a.") });
    const { machine, readAddress } = await withBrowser(sandbox);
    const run = await runKtx(machine, ["run", "Name it.", ...model(sim.baseUrl), "--open"]);
    expect(run).toMatchObject({ exitCode: 0, stdout: "It is a.\n" });
    const path = fileURLToPath(await readAddress());
    expect(path).toMatch(/project\/\.ktx\/reports\/run-\d{8}-\d{6}-\d{3}\.html$/);
    expect(run.stderr).toContain(`report: ${path}\n`);
    expect(await readFile(path, "utf8")).toContain("<h1>Name it.</h1>");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(sandbox.project, ".ktx/.gitignore"), "utf8")).toBe("*\n");
    // The recording was made for the page alone.
    expect(await readdir(join(sandbox.root, "tmp"))).toEqual([]);
  });

  test("keeps the recording of --record, and shows a run that failed", async () => {
    const error = { message: "This is refused.", type: "invalid_request_error" };
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: () => refuse(400, { error }) });
    const { machine, readAddress } = await withBrowser(sandbox);
    const more = ["--record", "run.jsonl", "--open", "--json"];
    const run = await runKtx(machine, ["run", "Name it.", ...model(sim.baseUrl), ...more]);
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ stopReason: "error" });
    const page = await readFile(fileURLToPath(await readAddress()), "utf8");
    expect(page).toContain("This is refused.");
    expect(await readFile(join(sandbox.project, "run.jsonl"), "utf8")).toContain("turn-start");
  });

  test("without a browser it prints the path, and the run keeps its exit code", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "It is a.") });
    const env = { ...sandbox.env, BROWSER: join(sandbox.root, "none") };
    const args = ["run", "Name it.", ...model(sim.baseUrl), "--open"];
    const run = await runKtx({ ...sandbox, env }, args);
    expect(run).toMatchObject({ exitCode: 0, stdout: "It is a.\n" });
    expect(run.stderr).toMatch(
      /^report: (\S+\.html)\nnote: {2}.*none cannot start: .* Open the file in a browser\.$/m,
    );
  });

  test("a folder that cannot be made is refused before the model is asked", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "It is a.") });
    await writeFile(join(sandbox.project, ".ktx"), "A file.\n");
    const args = ["run", "Name it.", ...model(sim.baseUrl), "--open"];
    const run = await runKtx(sandbox, args);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("Leave out --open.");
    expect(sim.requests).toEqual([]);
  });
});

test("ktx ingest --open shows the ingest as a page, with the contradictions by name", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playIngest });
  const { machine, readAddress } = await withBrowser(sandbox);
  await writeFile(join(sandbox.project, "a.md"), "- A refund is paid within 30 days.\n");
  await writeFile(join(sandbox.project, "b.md"), "- A refund is paid within 14 days.\n");
  const ingest = await runKtx(machine, ["ingest", "*.md", ...model(sim.baseUrl), "--open"]);
  expect(ingest.exitCode).toBe(0);
  const path = fileURLToPath(await readAddress());
  expect(path).toMatch(/project\/\.ktx\/reports\/ingest-[\d-]+\.html$/);
  expect(ingest.stderr).toContain(`report: ${path}\n`);
  const page = await readFile(path, "utf8");
  expect(page).toContain("<h3>refund.md</h3>");
  expect(page).toMatch(/A refund is paid within 14 days\. <span class="quiet">b\.md:1<\/span>/);
  expect(await readdir(join(sandbox.root, "tmp"))).toEqual([]);
});

test.each([
  ["run", "--explain"],
  ["ingest", "--plan"],
])("ktx %s refuses --open with %s, which runs nothing", async (command, flag) => {
  await using sandbox = await openSandbox();
  const refused = await runKtx(sandbox, [command, "x", "-m", "gpt-5.5", "--open", flag]);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toContain(`Expected ${flag} without --open, got both.`);
});
