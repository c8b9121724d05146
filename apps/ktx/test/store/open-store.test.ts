import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { readProject } from "../../src/project/read-project.ts";
import { openStore } from "../../src/store/open-store.ts";
import { captureIo } from "../capture-io.ts";

test.each([
  ["a file", (path: string) => writeFile(path, ""), "a file has the name of a folder"],
  ["a link without a target", (path: string) => symlink(`${path}-none`, path), "leads nowhere"],
])(
  "a project whose folder .ktx is %s is refused with the reason, and a place elsewhere as the next step",
  async (_, make, reason) => {
    await using folder = await makeTestFolder("store");
    await make(join(folder.path, ".ktx"));
    const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
    const project = await readProject(undefined, io);
    await expect(openStore({ project, store: undefined }, io, () => {})).rejects.toMatchObject({
      name: "CliError",
      parts: {
        what: expect.stringContaining(reason),
        next: expect.stringContaining("--store "),
      },
    });
  },
);
