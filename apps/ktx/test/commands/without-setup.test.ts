import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";

/** The commands that need a model. */
const commands = [
  ["run", "Hi"],
  ["chat"],
  ["batch", "prompts.jsonl"],
  ["ingest", "docs"],
  ["remember", "A refund is paid."],
  ["scan", "schema.sql"],
];

test.each(commands)(
  "ktx %s without a setup has one step for a person, and one for a script",
  async (...args) => {
    await using folder = await makeTestFolder("without-setup");
    await mkdir(join(folder.path, "docs"));
    await writeFile(join(folder.path, "docs/a.md"), "A refund is paid.\n");
    await writeFile(join(folder.path, "prompts.jsonl"), '"Hi"\n');
    await writeFile(join(folder.path, "schema.sql"), "create table orders (id int);\n");
    const said = await Promise.all(
      [true, false].map(async (isTTY) => {
        const env = { HOME: folder.path, NO_COLOR: "1" };
        const io = captureIo({ isTTY, env, cwd: folder.path });
        const stdin = Object.assign(Readable.from([]), { isTTY });
        expect(await runCli(args, { ...io, stdin })).toBe(2);
        return io.written.stderr.replaceAll(/\s+/g, " ");
      }),
    );
    const [person, script] = said;
    expect(person).toContain("next: Run `ktx setup` in the project's folder. Or name a model");
    expect(script).toContain("Set one up with: ktx setup --llm-backend codex --no-input");
  },
);
