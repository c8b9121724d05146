import { execFileSync } from "node:child_process";
import { constants, type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { readGivenFile } from "../src/read-given-file.ts";
import { openSandbox, spawnKtx } from "./spawn-ktx.ts";

const { signal } = new AbortController();

test("a file is read whole, and a folder is refused", async () => {
  await using folder = await makeTestFolder("given-file");
  await writeFile(join(folder.path, "run.jsonl"), "one\ntwo\n");
  expect(await readGivenFile("run.jsonl", { cwd: folder.path, signal })).toBe("one\ntwo\n");
  await expect(readGivenFile(".", { cwd: folder.path, signal })).rejects.toThrow("EISDIR");
});

// Windows has no pipe with a path.
describe.runIf(process.platform !== "win32")("a pipe", () => {
  async function openPipe() {
    const folder = await makeTestFolder("given-pipe");
    const path = join(folder.path, "pipe");
    execFileSync("mkfifo", [path]);
    return Object.assign(folder, {
      read: (abort = signal) => readGivenFile("pipe", { cwd: folder.path, signal: abort }),
      // Opened for both ways, it waits for nobody.
      openWriter: () => open(path, "r+"),
    });
  }

  test("with a writer is read until the writer closes it", async () => {
    await using pipe = await openPipe();
    const writer = await pipe.openWriter();
    const read = pipe.read();
    await writer.write("one\n");
    await writer.write("two\n");
    await writer.close();
    expect(await read).toBe("one\ntwo\n");
  });

  test("whose writer is silent is given up with the signal's reason", async () => {
    await using pipe = await openPipe();
    await using _writer = await pipe.openWriter();
    const interrupt = new AbortController();
    const read = pipe.read(interrupt.signal);
    const reason = new Error("Interrupted.");
    interrupt.abort(reason);
    await expect(read).rejects.toBe(reason);
  });

  test("whose writer is silent keeps no interrupted command from ending", async () => {
    await using sandbox = await openSandbox();
    const path = join(sandbox.project, "pipe");
    execFileSync("mkfifo", [path]);
    const running = spawnKtx(sandbox, ["report", "pipe"]);
    // Opens once somebody reads.
    let writer: FileHandle | undefined;
    await expect
      .poll(async () => {
        writer = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
        return writer.fd;
      })
      .toBeGreaterThan(0);
    await using _writer = writer;
    running.child.kill("SIGTERM");
    expect((await running.result).exitCode).toBe(143);
  });

  test("that is a device is refused, since it may have no end", async () => {
    await expect(readGivenFile("/dev/zero", { cwd: "/", signal })).rejects.toThrow(
      "It is a device or a socket, and no file.",
    );
  });
});
