import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSandbox, spawnKtx } from "../spawn-ktx.ts";

test("without an account and a database, the model of the demo and a file serve two workers and an ingest", async () => {
  await using sandbox = await openSandbox();
  await mkdir(join(sandbox.project, "docs"));
  for (const [name, days] of Object.entries({ "a.md": 30, "b.md": 14, "c.md": 7 }))
    await writeFile(
      join(sandbox.project, "docs", name),
      `# Refunds\n\n- A refund is paid within ${days} days.\n- ${name} has one buyer.\n`,
    );
  const sim = spawnKtx(sandbox, ["sim", "--demo"]);
  const [shown] = sim.child.stdout === null ? [] : await once(sim.child.stdout, "data");
  const baseUrl = String(shown).trim();
  expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const model = ["-m", "gpt-5.5", "--endpoint", baseUrl, "--store", "units.sqlite"];
  const workers = ["anna", "ben"].map((group) =>
    spawnKtx(sandbox, ["worker", "--groups", group, "--concurrency", "1", ...model]),
  );
  for (const worker of workers) await worker.seen("Waiting for units.");
  const ingest = spawnKtx(sandbox, ["ingest", "docs", "--groups", "anna,ben", ...model]);
  const { exitCode, stdout, stderr } = await ingest.result;
  expect([exitCode, stderr, stdout]).toEqual([0, expect.any(String), expect.any(String)]);
  for (const { child } of [...workers, sim]) child.kill("SIGINT");
  const ends = await Promise.all([...workers, sim].map(({ result }) => result));
  expect(ends.map((end) => end.exitCode)).toEqual([130, 130, 130]);
  for (const end of ends.slice(0, 2)) expect(end.stderr).toMatch(/done {5}docs\/\w\.md/);
  expect(await readdir(join(sandbox.project, "wiki"))).not.toEqual([]);
});
