import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("two processes that write one page at once lose nothing", async () => {
  const project = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
  const program = join(import.meta.dirname, "two-writers-program.ts");
  const write = (writer: string) =>
    promisify(execFile)(process.execPath, ["--conditions=@ktx/source", program, project, writer]);
  await Promise.all([write("a"), write("b")]);
  const lines = (await readFile(join(project, "wiki/log.md"), "utf8")).trim().split("\n");
  const of = (writer: string) => lines.filter((line) => line.startsWith(writer));
  expect(of("a")).toEqual(Array.from({ length: 25 }, (_, count) => `a${count}`));
  expect(of("b")).toEqual(Array.from({ length: 25 }, (_, count) => `b${count}`));
  expect(lines).toHaveLength(50);
  await rm(project, { recursive: true });
});
