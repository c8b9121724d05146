import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CliError } from "../src/cli-error.ts";
import { Interruption } from "../src/cli-io.ts";
import { runCli } from "../src/cli.ts";
import type { Services } from "../src/services.ts";
import { captureIo } from "./capture-io.ts";
import { fakeServices } from "./fake-services.ts";

function failing(reason: unknown): Services {
  return fakeServices({ runAgent: () => Promise.reject(reason) });
}

async function run(args: readonly string[], services?: Services, io = captureIo()) {
  const exitCode = await runCli(args, io, services);
  return { exitCode, ...io.written };
}

test.each([["--help"], ["-h"], ["help"]])(
  "%s goes to stdout and fits into 80 columns",
  async (flag) => {
    const { exitCode, stdout, stderr } = await run([flag]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: ktx <command>/);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  },
);

test("without a command, the help is shown as a mistake", async () => {
  expect(await run([])).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: expect.stringMatching(/^Usage: ktx /),
  });
});

test("the help of an unknown command names it", async () => {
  const io = captureIo();
  expect(await runCli(["help", "dem"], io)).toBe(2);
  expect(io.written.stderr).toBe(
    "error: unknown command 'dem'\n(Did you mean demo?)\nnext:  `ktx --help` lists the commands.\n",
  );
});

test.each([
  ["help threads delete", "threads delete"],
  ["help batch status", "batch status"],
  ["help wiki search --plain", "wiki search"],
  ["--plain help config check", "config check"],
  ["--help run", "run"],
  ["help help run", "run"],
  ["batch prompts.jsonl --help", "batch"],
])("`ktx %s` prints the help of %s", async (line, command) => {
  const { exitCode, stdout } = await run(line.split(" "));
  expect(exitCode).toBe(0);
  expect(/^Usage: ktx ([a-z ]+?) \[/.exec(stdout)?.[1]).toBe(command);
});

test.each([
  ["help wiki foo", "foo", "ktx wiki --help"],
  ["help threads delet", "delet", "ktx threads --help"],
  ["help batch statsu", "statsu", "ktx batch --help"],
  ["help run x y", "x", "ktx run --help"],
  ["foo --help", "foo", "ktx --help"],
  ["wiki foo -h", "foo", "ktx wiki --help"],
  ["threads delet x", "delet", "ktx threads --help"],
  ["threads --endpoint ollama delet", "delet", "ktx threads --help"],
  ["demo agnet", "agnet", "ktx demo --help"],
  ["config chek --json", "chek", "ktx config --help"],
])(
  "`ktx %s` has the unknown command %s, and names the help that lists commands",
  async (...row) => {
    const [line, word, help] = row;
    const { exitCode, stdout, stderr } = await run(line.split(" "));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(`error: unknown command '${word}'\n`);
    expect(stderr).toContain(`next:  \`${help}\` `);
    expect(stderr).not.toContain("quotes");
  },
);

test("a word behind a flag that ends the line, or a prompt, is no unknown command", async () => {
  expect(await run(["threads", "-h", "delet"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await run(["run", "foo", "--help"])).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a prompt of several words is to be put into quotes", async () => {
  const io = captureIo();
  expect(await runCli("run -m gpt-5.5 tell me more".split(" "), io)).toBe(2);
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toBe(
    "error: too many arguments for 'run'. Expected 1 argument but got 3: tell, me, more. " +
      '(To give several words as one argument, put them into quotes: ktx run "...") ' +
      "next: Run the command with --help to see its options. ",
  );
});

test("two places for a command that takes one are not to be put into quotes", async () => {
  const { stderr } = await run(["wiki", "cite", "refunds", "docs/none.md:1"]);
  expect(stderr).toContain("too many arguments for 'cite'");
  expect(stderr).not.toContain("quotes");
});

test("an unknown command names the nearest one", async () => {
  expect(await run(["dem"])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "error: unknown command 'dem'\n(Did you mean demo?)\nnext:  `ktx --help` lists the commands.\n",
  });
});

test("an error of the command line is no wider than the terminal", async () => {
  const { stderr } = await run(["completion", "bsh"]);
  const lines = stderr.split("\n");
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test.each([
  ["stat", "status"],
  ["conf", "config"],
  ["theads", "threads"],
  ["foo", undefined],
  ["publish", undefined],
  ["ls", undefined],
])(
  "the unknown command %s is answered with %s, and with no name that is far from it",
  async (command, meant) => {
    const { exitCode, stderr } = await run([command]);
    const suggested = /Did you mean (.*)\?/.exec(stderr)?.[1];
    expect({ exitCode, suggested }).toEqual({ exitCode: 2, suggested: meant });
  },
);

test.each([
  ["run --mdoel gpt Hi", "--model"],
  ["run --tool x Hi", "--tools"],
  ["run Hi --max 3", undefined],
  ["threads delete --jsno x", "--json"],
  ["threads dlete x", "delete"],
])("the unknown word in %j is answered with %s", async (line, meant) => {
  const { exitCode, stderr } = await run(line.split(" "));
  expect({ exitCode, suggested: /Did you mean (.*)\?/.exec(stderr)?.[1] }).toEqual({
    exitCode: 2,
    suggested: meant,
  });
});

test.each([
  [
    ["remember", "---title"],
    'To begin an argument with a dash, put -- before it: ktx remember -- "- ..."',
  ],
  [["run", "-x do it"], 'To begin an argument with a dash, put -- before it: ktx run -- "- ..."'],
  [
    ["run", "--explain this"],
    'To begin an argument with a dash, put -- before it: ktx run -- "- ..."',
  ],
  [["batch", "-foo"], 'To begin an argument with a dash, put -- before it: ktx batch -- "- ..."'],
  [
    ["wiki", "search", "- a"],
    'To begin an argument with a dash, put -- before it: ktx wiki search -- "- ..."',
  ],
  [["run", "Hi", "--max", "3"], undefined],
  [["status", "---"], undefined],
])("the unknown option in %j is answered with %s", async (args, hint) => {
  const { exitCode, stderr } = await run(args);
  const said = /^\((To begin[^]*)\)$/m.exec(stderr)?.[1]?.replaceAll(/\s+/g, " ");
  expect({ exitCode, said }).toEqual({ exitCode: 2, said: hint });
});

test.each([
  [["chat", "hi"], "ktx run hi"],
  [["chat", "Greet", "it's", "Ada"], String.raw`ktx run 'Greet it'\''s Ada'`],
])("the prompt in %j is refused with the command that takes it", async (args, command) => {
  const { exitCode, stdout, stderr } = await run(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^error: Expected no argument, got /);
  expect(stderr).toContain(`next:  Ask once: ${command}\n`);
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "a temporary folder",
    () => mkdtemp(join(import.meta.filename, "x-")),
    /^error: The folder \S+ cannot be made\. why: ENOTDIR: .* next: Set TMPDIR to a folder that/,
  ],
  [
    "a folder",
    () => mkdir(join(import.meta.filename, "x")),
    /^error: The folder \S+ cannot be made\. why: ENOTDIR: .* next: Correct that path or its/,
  ],
  [
    "a file",
    () => readFile(join(import.meta.filename, "x")),
    /^error: \S+ cannot be read or written\. why: ENOTDIR: .* next: Correct that path or its/,
  ],
])("an error of the system about %s is no defect of ktx", async (_, work, said) => {
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  const { exitCode, stderr } = await run(["run", "Hi"], failing(error));
  expect(stderr.replaceAll(/\s+/g, " ")).toMatch(said);
  expect(exitCode).toBe(1);
});

test("an error that a user can act on is told in three parts, without a stack", async () => {
  const error = new CliError({
    what: "It broke.",
    why: "It was old.",
    next: "Buy one.",
    exitCode: 1,
  });
  expect(await run(["run", "Hi"], failing(error))).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "error: It broke.\nwhy:   It was old.\nnext:  Buy one.\n",
  });
});

test("anything else that is thrown is told as a defect of ktx, with the way to its stack", async () => {
  expect(await run(["run", "Hi"], failing(new TypeError("x is undefined")))).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      "error: Unexpected error in ktx: x is undefined\n" +
      "why:   This is a defect of ktx, not of your command.\n" +
      "next:  Run the command again with --verbose and report its output.\n",
  });
});

test("--verbose adds the stack and the cause", async () => {
  const error = new TypeError("x is undefined", { cause: new Error("the reason") });
  const { stderr } = await run(["run", "Hi", "--verbose"], failing(error));
  expect(stderr).toMatch(/^TypeError: x is undefined\n +at /m);
  expect(stderr).toMatch(/^caused by: Error: the reason\n +at /m);
});

test("an interruption exits with its own code", async () => {
  const { exitCode, stderr } = await run(["run", "Hi"], failing(new Interruption("SIGINT", 130)));
  expect({ exitCode, stderr }).toEqual({
    exitCode: 130,
    stderr: "Interrupted. Nothing is left running.\n",
  });
});

test.each([
  ["in a terminal", { isTTY: true }, true],
  ["in a terminal with NO_COLOR", { isTTY: true, env: { NO_COLOR: "1" } }, false],
  ["in a dumb terminal", { isTTY: true, env: { TERM: "dumb" } }, false],
  ["in a log", { isTTY: false }, false],
])("%s, errors are coloured: %o → %s", async (_, options, coloured) => {
  const error = new CliError({ what: "It broke.", exitCode: 1 });
  const { stderr } = await run(["run", "Hi"], failing(error), captureIo(options));
  expect(/\u001b\[\d+m/.test(stderr)).toBe(coloured);
});
