import { existsSync } from "node:fs";
import { open, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { openAnswerFile } from "../../src/output/answer-file.ts";
import { descriptorOf } from "../../src/output/descriptor-of.ts";

const { signal } = new AbortController();

// Other systems have no names for the open files of a process.
const hasNames = existsSync("/dev/fd");

test.runIf(hasNames)(
  "a file that the process has open gets the answer behind its content",
  async () => {
    await using folder = await makeTestFolder("answer-file");
    const log = join(folder.path, "log.txt");
    await writeFile(log, "kept\n");
    const { ino } = await stat(log);
    await using handle = await open(log, "a");
    await symlink(`/dev/fd/${handle.fd}`, join(folder.path, "link"));
    const names = [`/dev/fd/${handle.fd}`, `/dev/../dev/fd/${handle.fd}`, "link"];
    if (existsSync("/proc/self/fd")) names.push(`/proc/${process.pid}/fd/${handle.fd}`);
    for (const name of names)
      await (await openAnswerFile(name, { cwd: folder.path, signal })).write([`${name}\n`]);
    expect(await readFile(log, "utf8")).toBe(["kept", ...names, ""].join("\n"));
    expect((await stat(log)).ino).toBe(ino);
    expect((await readdir(folder.path)).toSorted()).toEqual(["link", "log.txt"]);
  },
);

test.runIf(hasNames)(
  "the names of stdout are its descriptor, and those of files are none",
  async () => {
    await using folder = await makeTestFolder("answer-file");
    await writeFile(join(folder.path, "1"), "");
    await symlink("circle", join(folder.path, "circle"));
    await symlink("/dev/stdout", join(folder.path, "link"));
    const found = await Promise.all(
      ["/dev/stdout", "/dev/fd/1", "link", "1", "circle", "missing", "/dev/null"].map((path) =>
        descriptorOf(path, folder.path),
      ),
    );
    expect(found).toEqual([1, 1, 1, undefined, undefined, undefined, undefined]);
  },
);
