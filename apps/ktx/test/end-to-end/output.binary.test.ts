import { answering, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

describe("where stdout takes nothing", () => {
  test.each([
    [["--help"]],
    [["--version"]],
    [["run", "--help"]],
    [["models"]],
    [["models", "--json"]],
    [["config", "show", "--json"]],
    [["setup", "--llm-backend", "none", "--no-input"]],
    [["status", "--no-probe"]],
  ])("%j says so on stderr and exits 1", async (args) => {
    await using sandbox = await openSandbox();
    const { exitCode, stderr } = await runKtx(sandbox, args, { shell: '"$@" > /dev/full' });
    expect(stderr).toContain(
      "error: The output could not be written. It is missing or incomplete.\n",
    );
    expect(stderr).toContain("why:   ENOSPC: no space left on device, write\n");
    expect(exitCode).toBe(1);
  });

  test("a run that is done says that its answer is lost", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const args = ["run", "Hi", "--model", "some-model", "--endpoint", sim.baseUrl];
    const { exitCode, stderr } = await runKtx(sandbox, args, { shell: '"$@" > /dev/full' });
    expect(stderr).toContain(
      "error: The output could not be written. It is missing or incomplete.\n",
    );
    expect(exitCode).toBe(1);
  });
});

test.each([
  [["--help"]],
  [["models", "--json"]],
  [["threads"]],
  [["logs"]],
  [["config", "check", "--json"]],
])(
  "%j whose reader is gone ends quietly, with the exit code of SIGPIPE where it was done",
  async (args) => {
    await using sandbox = await openSandbox();
    // The reader has left before the command starts.
    const shell = 'exec 3> >(exec true); wait $!; "$@" >&3';
    const { exitCode, stderr } = await runKtx(sandbox, args, { shell });
    expect({ exitCode, stderr }).toEqual({
      exitCode: args[0] === "config" ? 1 : 141,
      stderr: "",
    });
  },
);

test.each([
  ["full", '"$@" 2> /dev/full'],
  ["gone", 'exec 3> >(exec true); wait $!; "$@" 2>&3'],
])("the answer of a run is whole where stderr is %s", async (_, shell) => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "The answer.") });
  const args = ["run", "Hi", "--model", "some-model", "--endpoint", sim.baseUrl];
  const { exitCode, stdout } = await runKtx(sandbox, args, { shell });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "The answer.\n" });
});

describe("a recording that the disk does not take", () => {
  const args = ["run", "Hi", "--model", "some-model", "--record"];
  const fails = (path: string): string =>
    `error: The recording could not be written to ${path}. It is missing or incomplete. why: `;

  test("ends the command before the run where the first line cannot be written", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const given = [...args, "/dev/full", "--endpoint", sim.baseUrl];
    const { exitCode, stderr } = await runKtx(sandbox, given);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(`${fails("/dev/full")}ENOSPC`);
    expect({ exitCode, requests: sim.requests.length }).toEqual({ exitCode: 1, requests: 0 });
  });

  test("does not cost the answer, and fails the command after it", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const given = [...args, "r.jsonl", "--endpoint", sim.baseUrl];
    // A pipe whose reader leaves after the first line stands for a disk that is full then.
    const shell = 'mkfifo r.jsonl; head -n 1 r.jsonl > /dev/null & "$@"';
    const { exitCode, stdout, stderr } = await runKtx(sandbox, given, { shell });
    expect(stdout).toBe("The answer.\n");
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(`${fails("r.jsonl")}write EPIPE`);
    expect(exitCode).toBe(1);
  });
});

test.each([
  ["closed", '"$@" >&-', true],
  ["closed, of a run with a schema", '"$@" --schema s.ts >&-', true],
  ["closed, and the answer is for a file", '"$@" -o answer.txt >&-', false],
  ["/dev/null", '"$@" > /dev/null', false],
])(
  "where stdout is %s, a run says first that nobody sees its answer: %s",
  async (_, shell, warns) => {
    await using sandbox = await openSandbox();
    const { stderr } = await runKtx(sandbox, ["run", "Hi"], { shell });
    expect(stderr.startsWith("warning: stdout is closed")).toBe(warns);
    expect(stderr).toContain("error: ");
  },
);

test('a run whose caller ignores its output, as `stdio: "ignore"` does, runs and ends with 0', async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "The answer.") });
  const args = ["run", "Hi", "--model", "some-model", "--endpoint", sim.baseUrl];
  // Node's and Python's spawn open /dev/null for reading and writing, too.
  const { exitCode, stderr } = await runKtx(sandbox, args, { shell: '"$@" 1<> /dev/null' });
  expect(stderr).not.toContain("error: ");
  expect({ exitCode, requests: sim.requests.length }).toEqual({ exitCode: 0, requests: 1 });
});
