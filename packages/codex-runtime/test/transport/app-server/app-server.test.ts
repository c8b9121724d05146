import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AppServer, type AppServerOptions } from "../../../src/transport/app-server/app-server.ts";
import type { CodexLaunch } from "../../../src/transport/codex-launcher.ts";
import { ForeignProgramError } from "../../../src/process/foreign-program-error.ts";
import { Redactor } from "@ktx/redact";
import { makeTestFolder } from "../../../../../test/test-folder.ts";

/** A program in the place of Codex, in a folder of its own. */
async function startProgram(
  script: string,
  options: AppServerOptions = {},
): Promise<{ server: AppServer } & AsyncDisposable> {
  const folder = await makeTestFolder("app-server");
  const codexPath = join(folder.path, "codex");
  await mkdir(folder.path, { recursive: true });
  await writeFile(codexPath, `#!${process.execPath}\n${script}`, { mode: 0o755 });
  const launch: CodexLaunch = {
    codexPath,
    config: { a: { b: 1 } },
    env: {},
    redactor: new Redactor([]),
    isolation: "strict",
    workingDirectory: folder.path,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const server = new AppServer(launch, options);
  return {
    server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Answers each line that it reads with what `answer` makes of the message. */
const answering = (answer: string): string => `
  const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
  const answer = ${answer};
  require("node:readline")
    .createInterface({ input: process.stdin })
    .on("line", (line) => answer(JSON.parse(line)));`;

describe("a request", () => {
  test("is answered by its id, in whatever order the answers come", async () => {
    await using program = await startProgram(
      answering(`(() => { const ids = []; return ({ id, params }) => {
        ids.unshift({ id, result: params });
        if (ids.length === 2) ids.forEach(say);
      }; })()`),
    );
    const answers = [1, 2].map((n) => program.server.request("echo", { n }));
    expect(await Promise.all(answers)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("that is refused throws, with the refusal as data", async () => {
    await using program = await startProgram(
      answering(
        `({ id }) => say({ id, error: { code: -32602, message: "too large", data: { a: 1 } } })`,
      ),
    );
    await expect(program.server.request("turn/start", {})).rejects.toMatchObject({
      exit: {
        refusal: { method: "turn/start", code: -32602, message: "too large", data: { a: 1 } },
      },
    });
  });

  test("is sent as well-formed Unicode, keys included", async () => {
    await using program = await startProgram(
      answering("({ id, params }) => say({ id, result: params })"),
    );
    const half = "😀".slice(0, 1);
    expect(
      await program.server.request("echo", { [`a${half}`]: [half, { b: `${half}c` }, "😀"] }),
    ).toEqual({ "a\uFFFD": ["\uFFFD", { b: "\uFFFDc" }, "😀"] });
  });

  test("that is not answered fails after its time, and others go on", async () => {
    await using program = await startProgram(
      answering(`({ id, method }) => { if (method !== "drop") say({ id, result: method }); }`),
      { requestTimeoutMs: 20_000 },
    );
    const { server } = program;
    expect(await server.request("one", {})).toBe("one");
    await expect(server.request("drop", {}, 50)).rejects.toThrow(
      "Codex did not answer `drop` within 0.05 s.",
    );
    expect(await server.request("two", {})).toBe("two");
  });

  test("whose answer comes too late has failed, and the late answer is nobody's", async () => {
    await using program = await startProgram(
      answering(`(() => { let late; return ({ id, method }) => {
        if (method === "late") late = id;
        else { say({ id: late, result: "late" }); say({ id, result: method }); }
      }; })()`),
    );
    const { server } = program;
    await expect(server.request("late", {}, 1)).rejects.toThrow("did not answer `late`");
    expect(await server.request("next", {})).toBe("next");
  });

  test("throws how the process ended, where it ends first, and so does each later one", async () => {
    await using program = await startProgram(
      answering(
        `() => { console.error("Error: no such thing"); process.exitCode = 3; process.stdin.destroy(); }`,
      ),
    );
    const end = { exit: { exitCode: 3, stderrTail: "Error: no such thing\n" } };
    await expect(program.server.request("initialize", {})).rejects.toMatchObject(end);
    await expect(program.server.request("initialize", {})).rejects.toMatchObject(end);
    await expect(program.server.next()).rejects.toMatchObject(end);
  });

  test("of Codex's own is refused at once, since it would wait for an answer for ever", async () => {
    await using program = await startProgram(
      answering(`(message) => message.method
        ? say({ id: 0, method: "item/tool/requestUserInput", params: {} })
        : say({ method: "got", params: message })`),
    );
    program.server.notify("initialized");
    expect(await program.server.next()).toEqual({
      type: "notification",
      method: "got",
      params: {
        id: 0,
        error: { code: -32_601, message: expect.stringContaining("does not answer questions") },
      },
    });
  });
});

test("notifications come in order, and lines that are none are passed over", async () => {
  await using program = await startProgram(`
    for (const line of ['{"method":"a"}', "", "junk", "[]", '{"method":"b","params":"\u2028"}'])
      process.stdout.write(line + "\\n");
    process.stdout.write('{"method":"c"}');`);
  const { server } = program;
  const methods = [await server.next(), await server.next(), await server.next()].map((message) =>
    message.type === "notification" ? message.method : message.type,
  );
  expect(methods).toEqual(["a", "b", "c"]);
  await expect(server.next()).rejects.toMatchObject({ exit: { exitCode: 0 } });
});

test("the configuration is in the arguments, and nothing of the host in the environment", async () => {
  await using program = await startProgram(`
    process.stdout.write(JSON.stringify({
      method: "started",
      params: { argv: process.argv.slice(2), names: Object.keys(process.env) },
    }) + "\\n");`);
  expect(await program.server.next()).toMatchObject({
    params: { argv: ["app-server", "-c", "a.b=1"], names: ["NO_COLOR"] },
  });
});

test("a program that says nothing and ends well is none of Codex", async () => {
  await using program = await startProgram("");
  await expect(program.server.next()).rejects.toThrow(ForeignProgramError);
});

test("a Codex that has no app-server is told with what to do", async () => {
  const said = "error: unrecognized subcommand 'app-server'\n\nUsage: codex [OPTIONS] [PROMPT]\n";
  await using program = await startProgram(`
    process.stderr.write(${JSON.stringify(said)});
    process.exitCode = 2;`);
  await expect(program.server.request("initialize", {})).rejects.toThrow(
    /^The Codex at .* has no app-server\. Use .* or `transport: 'exec'`\.$/,
  );
});

test("a program that is not there can not be started, and its ending is nothing to wait for", async () => {
  await using folder = await makeTestFolder("app-server");
  await using server = new AppServer({
    codexPath: join(folder.path, "missing"),
    config: {},
    env: {},
    redactor: new Redactor([]),
    isolation: "strict",
    workingDirectory: folder.path,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
  await expect(server.request("initialize", {})).rejects.toMatchObject({ code: "ENOENT" });
  expect(await server.terminate()).toEqual([]);
});

test("an end that leaves its output open to others is an end all the same", async () => {
  await using program = await startProgram(`
    const { spawn } = require("node:child_process");
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 3000)"], { stdio: "inherit" });
    other.unref();
    process.stdout.write('{"method":"pid","params":' + other.pid + '}\\n', () => process.exit(0));`);
  const told = await program.server.next();
  const pid = told.type === "notification" ? told.params : undefined;
  await expect(program.server.next()).rejects.toMatchObject({ exit: { exitCode: 0 } });
  process.kill(Number(pid), "SIGKILL");
});
