import { existsSync } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { captureIo } from "../capture-io.ts";

const recording = join(import.meta.dirname, "../../../../examples/record-and-replay/refund.jsonl");

test.runIf(existsSync("/dev/fd"))(
  "a page for an open file is written into it, and replaces no device",
  async () => {
    await using folder = await makeTestFolder("write-report");
    const io = captureIo({ cwd: folder.path, env: {} });
    const page = join(folder.path, "page.html");
    await using handle = await open(page, "w");
    const { ino } = await stat(page);
    await writeReport({ file: recording, out: `/dev/fd/${handle.fd}`, open: false }, io);
    expect(await readFile(page, "utf8")).toContain("<code>ktx report</code>");
    expect((await stat(page)).ino).toBe(ino);
    await writeReport({ file: recording, out: "/dev/null", open: false }, io);
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  },
);
