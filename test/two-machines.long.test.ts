import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openSandbox } from "../apps/ktx/test/spawn-ktx.ts";

test("the example two-machines runs each prompt on one of its machines", async () => {
  await using sandbox = await openSandbox();
  const example = join(import.meta.dirname, "../examples/run.ts");
  const args = ["--no-warnings", "--conditions=@ktx/source", example, "two-machines"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: sandbox.env });
  const readme = await readFile(join(example, "../two-machines/README.md"), "utf8");
  const [berlin, oslo, last] = stdout.trimEnd().split("\n");
  const ran = [berlin, oslo].map((line = "") => Number(/"ran":(\d+)/.exec(line)?.[1]));
  expect(ran.reduce((sum, count) => sum + count, 0)).toBe(24);
  for (const count of ran) expect(count).toBeGreaterThan(0);
  expect(readme).toContain(last);
});
