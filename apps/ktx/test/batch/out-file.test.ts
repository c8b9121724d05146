import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { createProgram } from "../../src/create-program.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

/** Runs `ktx batch` with this number of answers; each is there already. */
async function runBatch(
  cwd: string,
  out: string,
  answers: number,
  io = captureIo({ cwd, env: {} }),
  flags: readonly string[] = [],
): Promise<unknown> {
  const services = fakeServices({
    runPrompts: async ({ onResult }) => {
      for (let index = 0; index < answers; index += 1)
        onResult({ id: String(index), status: "done", text: "é\n", tokens: 1, ms: 1 });
      const prompts = { all: answers, done: answers, failed: 0, waiting: 0 };
      return { ended: "finished", tokens: 0, prompts };
    },
  });
  const program = createProgram({ io, services, exitWith: () => {} });
  return await program.parseAsync(["batch", "prompts.jsonl", "--out", out, ...flags], {
    from: "user",
  });
}

test("the results of many prompts are in the file in their order, one on each line", async () => {
  await using folder = await makeTestFolder("out");
  await writeFile(join(folder.path, "results.jsonl"), "earlier\n");
  for (const answers of [0, 1, 1_201]) {
    await runBatch(folder.path, "results.jsonl", answers);
    const lines = (await readFile(join(folder.path, "results.jsonl"), "utf8")).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(
      Array.from({ length: answers }, (_, index) => String(index)),
    );
  }
});

test.each(["-", "/dev/stdout", "/dev/fd/1", "link"])(
  "the results are the output of the command for --out %s",
  async (out) => {
    await using folder = await makeTestFolder("out");
    await symlink("/dev/stdout", join(folder.path, "link"));
    const io = captureIo({ cwd: folder.path, env: {} });
    await runBatch(folder.path, out, 2, io);
    const ids = io.written.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(ids).toEqual(["0", "1"]);
  },
);

// Other systems have no such device.
test.skipIf(!existsSync("/dev/full"))(
  "results that find no room are named, and the answers are kept",
  async () => {
    await using folder = await makeTestFolder("out");
    await expect(runBatch(folder.path, "/dev/full", 3)).rejects.toMatchObject({
      parts: {
        what: "The results could not be written to /dev/full.",
        why: expect.stringContaining("ENOSPC"),
        next: expect.stringContaining("no prompt is asked again"),
        exitCode: 1,
      },
    });
  },
);

test.each(["store.sqlite", "./store.sqlite", "link"])(
  "the store of the answers is refused for --out %s, also where neither is there yet",
  async (out) => {
    await using folder = await makeTestFolder("out");
    await symlink("store.sqlite", join(folder.path, "link"));
    await expect(
      runBatch(folder.path, out, 1, undefined, ["--store", "store.sqlite"]),
    ).rejects.toMatchObject({
      parts: { what: `Expected --out to be another file than the store, got ${out} for both.` },
    });
  },
);
