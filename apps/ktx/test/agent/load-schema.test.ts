import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadSchema } from "../../src/agent/load-schema.ts";

async function load(text: string): Promise<unknown> {
  const cwd = await mkdtemp(join(tmpdir(), "ktx-load-schema-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await writeFile(join(cwd, "schema.json"), text);
  return loadSchema({ path: "schema.json", cwd, signal: new AbortController().signal });
}

test("a byte order mark before the JSON is no part of it", async () => {
  expect(await load('\uFEFF{"type":"object"}')).toEqual({ type: "object" });
});

test("a file without JSON is told with what is wrong and what to do", async () => {
  await expect(load('{"type":"object",}')).rejects.toMatchObject({
    parts: {
      what: expect.stringMatching(
        /schema\.json to hold a JSON Schema, got text that is not JSON\.$/,
      ),
      why: expect.stringContaining("JSON"),
      next: "Correct the file, or export the schema from a module.",
    },
  });
});
