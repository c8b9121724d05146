/**
 * Runs the contract of the stores of units, and the model of them, from the packed @ktx/batch. The Node of this folder
 * is 22.18, the oldest that is supported, where its package is to be had: its SQLite is an older one, and it warns of
 * it, which a command line must not pass on.
 */
import { deepStrictEqual } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packPackage, root } from "./pack-package.ts";

const work = mkdtempSync(join(tmpdir(), "ktx-stores-"));
try {
  for (const name of ["batch", "sqlite", "timers"]) {
    const installed = join(work, "node_modules/@ktx", name);
    mkdirSync(installed, { recursive: true });
    const tarball = packPackage(join(root, "packages", name), work);
    execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  }
  const program = `
    import { mkdtemp } from "node:fs/promises";
    import { join } from "node:path";
    import { openSqliteStore } from "@ktx/batch";
    import { replayOnModel, unitStoreContract } from "@ktx/batch/testing";
    const make = async (now) => {
      const folder = await mkdtemp(join(process.cwd(), "store-"));
      const open = () => openSqliteStore({ file: join(folder, "store.sqlite"), now });
      return { open, [Symbol.asyncDispose]: async () => {} };
    };
    for (const { title, run } of unitStoreContract)
      await run(make).catch((error) => console.log(title, error));
    const add = [0, 1, 2].map((unit) => ({ type: "add", unit }));
    const claim = { type: "claim", worker: 1 };
    const ends = ["complete", "fail", "hold"].map((type, index) => ({ type, claim: index }));
    await replayOnModel(make, [...add, claim, claim, claim, ...ends, { type: "retry", unit: 1 }, claim]);
    console.log(unitStoreContract.length > 20 ? "passed" : "too few");
  `;
  writeFileSync(join(work, "program.mjs"), program);
  const { stdout, stderr } = spawnSync(process.execPath, ["program.mjs"], {
    cwd: work,
    encoding: "utf8",
    timeout: 300_000,
  });
  deepStrictEqual({ stdout, stderr }, { stdout: "passed\n", stderr: "" });
  console.log(`The contract of the stores holds under Node ${process.version}.`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
