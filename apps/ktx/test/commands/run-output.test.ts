import {
  chmod,
  link as linkHard,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AgentRunReport } from "../../src/agent/run-agent.ts";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

const report: AgentRunReport = {
  version: 1,
  stopReason: "natural",
  text: "The \u001b[1manswer.",
  toolCalls: [],
  toolFailures: [],
  metrics: { totalMs: 1_200, usage: {}, stepCount: 2, stepBoundariesMs: [400, 900] },
};

async function openFolder(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "ktx-output-"));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Runs `ktx run Hi -o <output>` in a folder, with a model that ends like this. */
async function run(
  cwd: string,
  output: string,
  {
    result = report,
    args = [],
    isTTY = false,
  }: {
    readonly result?: AgentRunReport;
    readonly args?: readonly string[];
    readonly isTTY?: boolean;
  } = {},
) {
  const io = captureIo({ cwd, isTTY });
  let runs = 0;
  const services = fakeServices({
    runAgent: async () => {
      runs += 1;
      return result;
    },
  });
  const exitCode = await runCli(["run", "Hi", "-o", output, ...args], io, services);
  return { exitCode, runs, ...io.written };
}

describe("the answer of a run with -o", () => {
  test.each([false, true])(
    "is in the file as the model wrote it; in a terminal: %s",
    async (isTTY) => {
      await using place = await openFolder();
      const { exitCode, stdout, stderr } = await run(place.folder, "answer.md", { isTTY });
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
      expect(stderr).toContain("The answer is in answer.md.\n");
      expect(await readFile(join(place.folder, "answer.md"), "utf8")).toBe(
        "The \u001b[1manswer.\n",
      );
      expect(await readdir(place.folder)).toEqual(["answer.md"]);
    },
  );

  test("replaces a file and keeps its mode", async () => {
    await using place = await openFolder();
    const file = join(place.folder, "answer.md");
    await writeFile(file, "A longer text than the answer.");
    await chmod(file, 0o640);
    await run(place.folder, file);
    expect(await readFile(file, "utf8")).toBe("The \u001b[1manswer.\n");
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  test.each(["there.md", "not-there.md"])(
    "goes through a link to %s, which stays",
    async (name) => {
      await using place = await openFolder();
      await writeFile(join(place.folder, "there.md"), "old");
      const link = join(place.folder, "link.md");
      await symlink(name, link);
      await run(place.folder, link);
      expect(await readlink(link)).toBe(name);
      expect(await readFile(join(place.folder, name), "utf8")).toBe("The \u001b[1manswer.\n");
    },
  );

  test("of a run that was stopped stays on stdout, and an earlier file is as it was", async () => {
    await using place = await openFolder();
    const file = join(place.folder, "answer.md");
    await writeFile(file, "The answer of yesterday.");
    const result: AgentRunReport = {
      ...report,
      stopReason: "budget",
      budget: "steps",
      text: "So far",
    };
    const { exitCode, stdout } = await run(place.folder, file, { result });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "So far\n" });
    expect(await readFile(file, "utf8")).toBe("The answer of yesterday.");
  });

  test("with --json is the object, also of a run that was stopped", async () => {
    await using place = await openFolder();
    const result: AgentRunReport = { ...report, stopReason: "budget", budget: "steps" };
    const { stdout } = await run(place.folder, "answer.json", { result, args: ["--json"] });
    expect(stdout).toBe("");
    const written: unknown = JSON.parse(await readFile(join(place.folder, "answer.json"), "utf8"));
    expect(written).toEqual(result);
  });

  test.each(["-", "/dev/stdout", "/dev/fd/1"])("goes to stdout for %s", async (output) => {
    const { exitCode, stdout, stderr } = await run(import.meta.dirname, output);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "The \u001b[1manswer.\n" });
    expect(stderr).not.toContain("The answer is in");
  });

  test("goes to a device as it is", async () => {
    const { exitCode, stdout } = await run(import.meta.dirname, "/dev/null");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  test("that a device does not take is on stdout", async () => {
    const { exitCode, stdout, stderr } = await run(import.meta.dirname, "/dev/full");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "The \u001b[1manswer.\n" });
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "could not be written to /dev/full. It is on stdout instead. why: ENOSPC",
    );
  });

  test.each<[string, string]>([
    ["an empty name", ""],
    ["a folder", "folder"],
    ["the name of a folder that does not exist", "answers/"],
    ["a file in a folder that does not exist", "nowhere/answer.md"],
    ["a file below a file", "file/answer.md"],
  ])("is refused before anything runs for %s", async (_, output) => {
    await using place = await openFolder();
    await mkdir(join(place.folder, "folder"));
    await writeFile(join(place.folder, "file"), "");
    const { exitCode, runs, stderr } = await run(place.folder, output);
    expect({ exitCode, runs }).toEqual({ exitCode: 2, runs: 0 });
    expect(stderr).toContain("error: Expected --output to be a file that can be written, got");
  });
});

test.each<[string, string, string]>([
  ["run.jsonl", "run.jsonl", "run.jsonl for both"],
  ["run.jsonl", "./run.jsonl", "run.jsonl and ./run.jsonl, which are one file"],
  ["old.txt", "link", "old.txt and link, which are one file"],
  ["link", "hard.txt", "link and hard.txt, which are one file"],
  ["new.txt", "dangling", "new.txt and dangling, which are one file"],
  ["over", "dangling", "over and dangling, which are one file"],
  ["folder/new.txt", "side/new.txt", "folder/new.txt and side/new.txt, which are one file"],
])(
  "one file that is named for the answer, as %s, and for the recording, as %s, is refused before anything runs",
  async (output, recording, got) => {
    await using place = await openFolder();
    const at = (name: string): string => join(place.folder, name);
    await writeFile(at("old.txt"), "");
    await mkdir(at("folder"));
    await linkHard(at("old.txt"), at("hard.txt"));
    await symlink("old.txt", at("link"));
    await symlink("new.txt", at("dangling"));
    await symlink("dangling", at("over"));
    await symlink("folder", at("side"));
    const io = captureIo({ cwd: place.folder });
    const args = ["run", "Hi", "-o", output, "--record", recording];
    expect(await runCli(args, io, fakeServices({}))).toBe(2);
    expect(io.written.stderr.replaceAll(/\s+/g, " ")).toContain(
      `error: Expected two files for --output and --record, got ${got}. why: The answer would replace the recording.`,
    );
  },
);

test("an answer for a chain of links to no file makes the file, and the links stay", async () => {
  await using place = await openFolder();
  const at = (name: string): string => join(place.folder, name);
  await symlink("new.txt", at("dangling"));
  await symlink("dangling", at("over"));
  const { exitCode } = await run(place.folder, "over");
  expect(exitCode).toBe(0);
  expect(await readlink(at("over"))).toBe("dangling");
  expect(await readlink(at("dangling"))).toBe("new.txt");
  expect(await readFile(at("new.txt"), "utf8")).toContain("answer.");
});
