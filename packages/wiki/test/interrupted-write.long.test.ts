import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { casesOf } from "../../../test/long-form.ts";
import { openWiki } from "../src/index.ts";

const node = [process.execPath, "--conditions=@ktx/source"] as const;
const program = join(import.meta.dirname, "write-pages-program.ts");

/** The texts and files that a writer has left; the next writer then writes once more. */
async function look(project: string) {
  const text = await readFile(join(project, "wiki/log.md"), "utf8");
  const files = await readdir(join(project, "wiki"));
  await using wiki = await openWiki({ projectDir: project });
  const hits = (await wiki.search("word")).length;
  const page = await wiki.read("log.md");
  const write = { name: "log.md", text: "word a\n", baseHash: page?.hash ?? null };
  const { outcome } = await wiki.write(write);
  const rest = (await readdir(join(project, ".ktx"))).filter((name) => name.endsWith("tmp"));
  return { isWhole: /^word ([a-z])\1*\n$/.test(text), files, hits, outcome, rest };
}

const whole = { isWhole: true, files: ["log.md"], hits: 1, outcome: "written", rest: [] };

test("a writer that is killed at any moment leaves the old page or the new one, and the next writer goes on", async () => {
  const project = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
  const kills = inject("longForm") === "full" ? 50 : 6;
  for (let kill = 0; kill < kills; kill += 1) {
    const child = spawn(node[0], [node[1], program, project, "100000"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    // Moments that differ, spread over some writes.
    await sleep((kill * 37) % 101);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await look(project)).toEqual(whole);
  }
  await rm(project, { recursive: true });
});

test.skipIf(process.platform === "win32")(
  "a disk without room refuses the write, keeps the page, and leaves nothing beside it; search goes on",
  async () => {
    for (const blocks of casesOf([40, 64, 150, 400], (one) => one === 64 || one === 400)) {
      const project = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
      // The limit on a file's size stands for the disk's end: the same write fails, in the page or in the index.
      const { stdout } = await promisify(execFile)("sh", [
        "-c",
        `trap "" XFSZ; ulimit -f ${blocks}; exec "$@"`,
        "sh",
        ...node,
        program,
        project,
        "1000",
      ]);
      const said: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
      expect(said).toMatchObject({ code: "page-unwritable", found: 1 });
      expect(await look(project)).toEqual(whole);
      await rm(project, { recursive: true });
    }
  },
);
