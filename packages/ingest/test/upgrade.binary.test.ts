import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startCodexSim } from "@ktx/codex-sim";
import { expect, onTestFinished, test } from "vitest";
import { playSim } from "./play-sim.ts";
import { makeProject } from "./project.ts";

const packages = join(import.meta.dirname, "../..");

/** The packages of the repository with another version, in another folder: a release with the same prompts and tools. */
async function makeUpgrade(folder: string): Promise<string> {
  const copy = join(folder, "packages");
  for (const name of await readdir(packages)) {
    const from = join(packages, name);
    const manifest = await readFile(join(from, "package.json"), "utf8").catch(() => undefined);
    if (manifest === undefined) continue;
    const to = join(copy, name);
    await mkdir(join(to, "node_modules"), { recursive: true });
    const next = { ...JSON.parse(manifest), version: "99.0.0" };
    await writeFile(join(to, "package.json"), JSON.stringify(next));
    for (const part of ["src", "prompts", "assets", "bin"])
      await cp(join(from, part), join(to, part), { recursive: true, force: true }).catch(() => {});
    await linkDependencies(join(from, "node_modules"), join(to, "node_modules"), copy);
  }
  await cp(join(packages, "ingest/test"), join(copy, "ingest/test"), { recursive: true });
  return copy;
}

/** The same dependencies, but for the packages of the repository, which are those of the copy. */
async function linkDependencies(from: string, to: string, copy: string): Promise<void> {
  for (const name of await readdir(from).catch(() => [])) {
    if (name.startsWith(".")) continue;
    if (name === "@ktx") {
      await mkdir(join(to, name));
      for (const own of await readdir(join(from, name))) {
        const [folder = ""] = (await realpath(join(from, name, own))).split(/[\\/]/).slice(-1);
        await symlink(join(copy, folder), join(to, name, own), "junction");
      }
    } else if (name.startsWith("@")) {
      await mkdir(join(to, name));
      for (const one of await readdir(join(from, name)))
        await symlink(await realpath(join(from, name, one)), join(to, name, one), "junction");
    } else await symlink(await realpath(join(from, name)), join(to, name), "junction");
  }
}

test("an upgrade of the package versions alone asks for nothing again, also with another path of the packages", async () => {
  await using sim = await startCodexSim({ script: playSim });
  await using project = await makeProject({
    "sources/a.md": "A refund is paid within 30 days.\n",
    "sources/b.html": "<p>A refund is paid within 14 days.</p>\n<p>An order has one buyer.</p>\n",
  });
  // Node reads no TypeScript below node_modules, where the folders of tests are.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "ktx-upgrade-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = async (root: string): Promise<string> => {
    const program = join(root, "ingest/test/ingest-program.ts");
    const args = ["--no-warnings", "--conditions=@ktx/source", program, project.path, sim.baseUrl];
    return (await promisify(execFile)(process.execPath, args)).stdout;
  };
  expect(await run(packages)).toContain('"outcome":"applied"');
  const asked = sim.requests.length;
  expect(asked).toBeGreaterThan(0);
  const wiki = await project.wiki();
  const [last = ""] = (await run(await makeUpgrade(folder))).trim().split("\n").slice(-1);
  const report = JSON.parse(last);
  expect(report).toMatchObject({ outcome: "unchanged", units: { unchanged: 2, done: 0 } });
  expect(sim.requests).toHaveLength(asked);
  expect(await project.wiki()).toEqual(wiki);
});
