import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ForeignProgramError, OutputLimitError } from "@ktx/codex-process";
import { Redactor } from "@ktx/redact";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { AppServer } from "../src/app-server.ts";
import type { ThreadInbox } from "../src/thread-inbox.ts";
import { answering, openThread, startProgram } from "./fake-program.ts";

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
    expect(await program.server.whenEnded).toMatchObject(end);
  });
});

describe("a request of Codex", () => {
  test("is refused at once where nobody answers it, since Codex would wait without a limit", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") { open(message); return; }
        if (message.method) say({ id: 0, method: "item/tool/requestUserInput", params: { threadId: "t" } });
        else tell("t", "got", { message });
      }`),
    );
    const inbox = await openThread(program.server, "t");
    program.server.notify("ask");
    expect(await inbox.next()).toMatchObject({
      method: "got",
      params: {
        message: { id: 0, error: { code: -32_601, message: expect.stringContaining("Nobody") } },
      },
    });
  });

  test("is answered by its thread, and one for an unknown thread is refused and counted", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") open(message);
        else if (message.method)
          for (const [id, threadId] of [[0, "t"], [1, "u"], [2, "gone"]])
            say({ id, method: "item/tool/call", params: { threadId } });
        else tell("t", "got", { message });
      }`),
    );
    const { server } = program;
    const inbox = await openThread(server, "t", () => Promise.resolve("of t"));
    await openThread(server, "u", () => Promise.resolve("of u"));
    server.notify("ask");
    const got = [await inbox.next(), await inbox.next(), await inbox.next()];
    const answers = got.map((message) => ("params" in message ? message.params : undefined));
    expect(answers).toEqual(
      expect.arrayContaining([
        { threadId: "t", message: { id: 0, result: "of t" } },
        { threadId: "t", message: { id: 1, result: "of u" } },
        { threadId: "t", message: { id: 2, error: expect.anything() } },
      ]),
    );
    expect(server.unroutable).toBe(1);
  });
});

describe("a request of Codex whose answer fails", () => {
  test.each([
    [
      "throws",
      (): undefined => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["is no JSON", () => Promise.resolve(1n)],
  ])("is refused where the answer %s, and the next one is answered", async (_, failing) => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") open(message);
        else if (message.method)
          for (const id of ["0", 0])
            say({ id, method: id === 0 ? "good" : "bad", params: { threadId: "t" } });
        else tell("t", "got", { message });
      }`),
    );
    const inbox = await openThread(program.server, "t", ({ method }) =>
      method === "bad" ? failing() : Promise.resolve("fine"),
    );
    program.server.notify("ask");
    const got = [await inbox.next(), await inbox.next()];
    const answers = got.map((message) => ("params" in message ? message.params : undefined));
    expect(answers).toEqual(
      expect.arrayContaining([
        {
          threadId: "t",
          message: { id: "0", error: { code: -32_603, message: expect.any(String) } },
        },
        { threadId: "t", message: { id: 0, result: "fine" } },
      ]),
    );
  });
});

test("a thread that is open already is not opened again: its messages stay its own", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      if (message.method === "open") open(message);
      else tell("t", "news");
    }`),
  );
  const { server } = program;
  const inbox = await openThread(server, "t");
  await expect(openThread(server, "t")).rejects.toThrow("the id of a thread");
  server.notify("go");
  expect(await inbox.next()).toMatchObject({ method: "news" });
});

describe("many messages", () => {
  test("before the answer that names their thread are kept, however many others come meanwhile", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        for (let n = 0; n < 300; n += 1) {
          tell("left" + n, "thread/closed");
          tell("left" + n, "item/completed");
        }
        tell(message.params.id, "early");
        open(message);
      }`),
    );
    const inbox = await openThread(program.server, "t");
    expect(await inbox.next()).toMatchObject({ method: "early" });
    expect(program.server.unroutable).toBe(300);
  });

  test("about what all threads share are replaced by newer ones, where nobody reads them", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") { open(message); return; }
        for (let n = 0; n < 1000; n += 1) {
          say({ method: "account/rateLimits/updated", params: { n } });
          say({ method: "skills/changed", params: { n } });
        }
        tell("t", "last");
      }`),
    );
    const inbox = await openThread(program.server, "t");
    program.server.notify("go");
    await program.server.request("open", { id: "other" });
    expect([await inbox.next(), await inbox.next(), await inbox.next()]).toMatchObject([
      { method: "account/rateLimits/updated", params: { n: 999 } },
      { method: "skills/changed", params: { n: 999 } },
      { method: "last" },
    ]);
  });

  test("reach their own thread in order, those before the answer that names it included", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        const { id } = message.params;
        tell(id, "early");
        open(message);
        if (id === "b")
          for (const n of [1, 2]) for (const threadId of ["a", "b"]) tell(threadId, threadId + n);
      }`),
    );
    const { server } = program;
    const [a, b] = [await openThread(server, "a"), await openThread(server, "b")];
    const methodsOf = async (inbox: ThreadInbox, count: number): Promise<readonly string[]> => {
      const methods: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const message = await inbox.next();
        methods.push(message.type === "notification" ? message.method : message.type);
      }
      return methods;
    };
    expect(await methodsOf(a, 3)).toEqual(["early", "a1", "a2"]);
    expect(await methodsOf(b, 3)).toEqual(["early", "b1", "b2"]);
    expect(server.unroutable).toBe(0);
  });

  test("without a thread reach every thread, and warnings those that come later", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") { open(message); return; }
        say({ method: "warning", params: { message: "old" } });
        say({ method: "account/rateLimits/updated", params: {} });
      }`),
    );
    const { server } = program;
    const first = await openThread(server, "first");
    server.notify("warn");
    expect([await first.next(), await first.next()]).toMatchObject([
      { method: "warning" },
      { method: "account/rateLimits/updated" },
    ]);
    const later = await openThread(server, "later");
    expect(await later.next()).toMatchObject({ method: "warning", params: { message: "old" } });
  });

  test("that are none are passed over", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        open(message);
        for (const line of ["", "junk", "[]", "null", "7"]) process.stdout.write(line + "\\n");
        tell("t", "\u2028");
      }`),
    );
    const inbox = await openThread(program.server, "t");
    expect(await inbox.next()).toMatchObject({ method: "\u2028" });
  });

  test("that are too long end their own thread, and no other", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        open(message);
        if (message.params.id === "b") {
          tell("a", "item/completed", { item: { text: "x".repeat(33 * 1024 * 1024) } });
          tell("b", "after");
        }
      }`),
    );
    const { server } = program;
    const [a, b] = [await openThread(server, "a"), await openThread(server, "b")];
    await expect(a.next()).rejects.toThrow(OutputLimitError);
    expect(await b.next()).toMatchObject({ method: "after" });
  });

  test("of a closed thread are dropped and counted", async () => {
    await using program = await startProgram(
      answering(`(message) => {
        if (message.method === "open") { open(message); return; }
        tell("a", "late");
        tell("b", "last");
      }`),
    );
    const { server } = program;
    const [, b] = [await openThread(server, "a"), await openThread(server, "b")];
    server.closeThread("a");
    server.notify("go");
    expect(await b.next()).toMatchObject({ method: "last" });
    expect(server.unroutable).toBe(1);
  });
});

test("an announced wait reaches the thread of its turn alone", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      if (message.method === "open") { open(message); return; }
      process.stderr.write(
        "retrying sampling request (1/2 in 3s)... turn_id=turn-b retries=1\\n",
        () => setTimeout(() => { tell("a", "after"); }, 200),
      );
    }`),
  );
  const { server } = program;
  const [a, b] = [await openThread(server, "a"), await openThread(server, "b")];
  server.beginTurn("turn-a", a);
  server.beginTurn("turn-b", b);
  server.notify("wait");
  expect(await b.next()).toEqual({ type: "retry", delayMs: 3_000 });
  expect(await a.next()).toMatchObject({ method: "after" });
});

test("an announced wait that comes before its turn is known is kept for it", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      if (message.method === "open") { open(message); return; }
      process.stderr.write("retrying sampling request (1/2 in 3s)... turn_id=late\\n");
      setTimeout(() => say({ id: message.id, result: {} }), 200);
    }`),
  );
  const { server } = program;
  const inbox = await openThread(server, "a");
  await server.request("wait", {});
  server.beginTurn("late", inbox);
  expect(await inbox.next()).toEqual({ type: "retry", delayMs: 3_000 });
});

test("the end of the process ends every thread, also those that are opened later", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      if (message.method === "open") open(message);
      else process.exit(7);
    }`),
  );
  const inbox = await openThread(program.server, "t");
  program.server.notify("end");
  await expect(inbox.next()).rejects.toMatchObject({ exit: { exitCode: 7 } });
  expect(program.server.end).toMatchObject({ exit: { exitCode: 7 } });
});

test("the configuration is in the arguments, and nothing of the host in the environment", async () => {
  await using program = await startProgram(
    answering(`({ id }) => say({
      id,
      result: { argv: process.argv.slice(2), names: Object.keys(process.env) },
    })`),
  );
  expect(await program.server.request("ask", {})).toEqual({
    argv: ["app-server", "-c", "a.b=1"],
    names: ["NO_COLOR", "RUST_LOG"],
  });
});

test("a program that says nothing and ends well is another program", async () => {
  await using program = await startProgram("");
  expect(await program.server.whenEnded).toBeInstanceOf(ForeignProgramError);
});

test("a Codex without an app-server fails with the next step", async () => {
  const said = "error: unrecognized subcommand 'app-server'\n\nUsage: codex [OPTIONS] [PROMPT]\n";
  await using program = await startProgram(`
    process.stderr.write(${JSON.stringify(said)});
    process.exitCode = 2;`);
  await expect(program.server.request("initialize", {})).rejects.toThrow(
    /^The Codex at .* has no app-server\. Use .* or `transport: 'exec'`\.$/,
  );
});

test("a program that is not there cannot be started, and its end needs no wait", async () => {
  await using folder = await makeTestFolder("app-server");
  await using server = new AppServer({
    codexPath: join(folder.path, "missing"),
    config: {},
    env: {},
    redactor: new Redactor([]),
    workingDirectory: folder.path,
  });
  await expect(server.request("initialize", {})).rejects.toMatchObject({ code: "ENOENT" });
  expect(await server.terminate()).toEqual([]);
});

test("an end that leaves its output open to others is an end", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      const { spawn } = require("node:child_process");
      const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "inherit" });
      other.unref();
      process.stdout.write(
        JSON.stringify({ id: message.id, result: other.pid }) + "\\n",
        () => process.exit(0),
      );
    }`),
  );
  const pid = await program.server.request("leave", {});
  expect(await program.server.whenEnded).toMatchObject({ exit: { exitCode: 0 } });
  process.kill(Number(pid), "SIGKILL");
});
