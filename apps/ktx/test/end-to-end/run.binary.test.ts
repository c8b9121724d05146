import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answering,
  type CodexSim,
  refuse,
  reply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { type KtxResult, openSandbox, runKtx, type Sandbox, spawnKtx } from "../spawn-ktx.ts";

const fixture = (name: string): string =>
  join(import.meta.dirname, "../fixtures/tools", `${name}.ts`);
const neverLoading = (kind: string): string =>
  join(import.meta.dirname, "../fixtures", kind === "schema" ? "schemas" : kind, "never-loads.ts");
const citySchema = join(import.meta.dirname, "../fixtures/schemas/city.json");
const call = (tool: string, input = {}) => toolCall(tool, input);
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

const greeting = answering((result) =>
  result === undefined ? [call("greet", { name: "Ada" })] : `It said: ${result.split("\n").at(-1)}`,
);

test.each(["greet", "default-export", "single-exports"])(
  "a run with the tools of a module (%s) shows its steps on stderr and the answer alone on stdout",
  async (module) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: greeting });
    const args = ["run", "Greet Ada", "--tools", fixture(module), ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args);

    expect(stdout).toBe("It said: Good morning, Ada.\n");
    expect(stderr).toMatch(/^some-model · \d tools? · at most 20 steps$/m);
    expect(stderr).toMatch(/^ {2}1 {2}greet +"Ada" +\d+ ms$/m);
    expect(stderr).toMatch(/^1 step · [\d,]+ ms · 30 tokens \(20 in, 10 out\)$/m);
    expect(exitCode).toBe(0);
  },
);

test("a run shows its tools by the names that the model calls", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: answering((result) =>
      result === undefined ? [call("say_hello", { name: "Ada" })] : "Done.",
    ),
  });
  const args = ["run", "Greet Ada", "--tools", fixture("dashed-names"), ...on(sim)];
  const { stdout, stderr } = await runKtx(sandbox, args);

  expect(sim.requests[0]?.tools).toContain("say_hello");
  expect(stderr).toMatch(/^ {2}1 {2}say_hello +"Ada" +\d+ ms$/m);
  expect(stdout).toBe("Done.\n");
});

test("run --json prints one object with the stop reason, the text and the metrics", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: greeting });
  const args = ["run", "Greet Ada", "--json", "--tools", fixture("greet"), ...on(sim)];
  const { exitCode, stdout } = await runKtx(sandbox, args);

  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    stopReason: "natural",
    text: "It said: Good morning, Ada.",
    toolCalls: [
      {
        server: "ktx",
        tool: "greet",
        status: "completed",
        arguments: { name: "Ada" },
        durationMs: expect.any(Number),
        result: { content: [{ type: "text", text: "Good morning, Ada." }] },
      },
    ],
    toolFailures: [],
    metrics: {
      totalMs: expect.any(Number),
      usage: {
        inputTokens: 20,
        cachedInputTokens: 4,
        outputTokens: 10,
        reasoningOutputTokens: 2,
        totalTokens: 30,
      },
      stepCount: 1,
      stepBoundariesMs: [expect.any(Number)],
    },
  });
  expect(exitCode).toBe(0);
});

test("a call that the tool's schema refuses is shown as it happens, with what the model is told", async () => {
  await using sandbox = await openSandbox();
  const script = answering((told) => (told === undefined ? [call("greet", { name: 7 })] : "Oh."));
  await using sim = await startCodexSim({ script });
  const args = ["run", "Greet", "--tools", fixture("greet"), ...on(sim)];
  const { exitCode, stderr } = await runKtx(sandbox, args);

  expect(stderr).toMatch(
    /^ {2}1 {2}greet +7 +\d+ ms\n +failed: The arguments of greet are invalid:$/m,
  );
  expect(exitCode).toBe(0);
});

test.each([
  ["recover", 0, "Oh."],
  ["fail", 1, "Codex runtime tool call failed: greet: The arguments of greet are invalid:"],
  ["continue", 0, "Oh."],
])("run --on-tool-failure %s exits %i after a failed call", async (policy, expected, told) => {
  await using sandbox = await openSandbox();
  const script = answering((output) =>
    output === undefined ? [call("greet", { name: 7 })] : "Oh.",
  );
  await using sim = await startCodexSim({ script });
  const args = ["run", "Greet", "--tools", fixture("greet"), "--on-tool-failure", policy, "--json"];
  const { exitCode, stdout } = await runKtx(sandbox, [...args, ...on(sim)]);
  expect(exitCode).toBe(expected);
  expect(stdout).toContain(told);
  expect(JSON.parse(stdout)).toMatchObject({ toolFailures: [{ tool: "greet", recovered: true }] });
});

test("run --explain tells what the model would be shown, and asks nothing of anyone", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: [] });
  const args = ["run", "--explain", "--tools", fixture("greet"), ...on(sim)];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
  const { stdout: json } = await runKtx(sandbox, [...args, "--json"]);

  expect(stdout).toMatch(/^Isolation: strict\..*\n {2}tools +greet,$/m);
  expect(stdout).not.toContain("Codex adds");
  expect(JSON.parse(json)).toMatchObject({
    version: 1,
    mode: "strict",
    shown: { tools: ["greet", "refuse"], addedByCodex: [] },
    userFiles: [],
    hosts: [{ host: new URL(sim.baseUrl).host }],
  });
  expect({ exitCode, stderr, requests: sim.requests }).toEqual({
    exitCode: 0,
    stderr: "",
    requests: [],
  });
  expect(await sandbox.listFiles()).toEqual([]);
});

test("the prompt - is read from stdin, and the model has the system text as instructions", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering((_, { userText }) => userText) });
  const args = ["run", "-", "--system", "Be brief.", ...on(sim)];
  const { stdout } = await runKtx(sandbox, args, { stdin: "From a pipe." });
  expect(stdout).toBe("From a pipe.\n");
  expect(sim.requests[0]?.instructions).toContain("Be brief.");
});

test.each([
  ["without a schema", [], "From a pipe.\n"],
  ["with a schema", ["--schema", citySchema], '{"name":"From a pipe."}\n'],
])("no prompt is read from stdin where that is no terminal, %s", async (_, flags, answer) => {
  await using sandbox = await openSandbox();
  const script = answering((_result, { userText, outputSchema }) =>
    outputSchema === undefined ? userText : JSON.stringify({ name: userText, rivers: null }),
  );
  await using sim = await startCodexSim({ script });
  const { exitCode, stdout } = await runKtx(sandbox, ["run", ...flags, ...on(sim)], {
    stdin: "From a pipe.",
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: answer });
});

test.each([[[]], [["--tools", fixture("greet")]]])(
  "a run with a prompt and %j ends while its stdin stays open",
  async (flags) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const args = ["run", "Hi", "-m", "some-model", "--endpoint", sim.baseUrl, ...flags];
    const { child, result } = spawnKtx(sandbox, args, { hasOpenStdin: true });
    expect(await result).toMatchObject({ exitCode: 0, stdout: "The answer.\n" });
    child.stdin?.destroy();
  },
);

test.each([[[]], [["--tools", fixture("greet")]]])(
  "-o writes the answer into a named pipe, whose reader gets it whole, with %j",
  async (flags) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const args = ["run", "Hi", "-m", "some-model", "--endpoint", sim.baseUrl, ...flags];
    const shell = 'mkfifo pipe; cat pipe >copy & "$@" -o pipe; code=$?; wait; cat copy; exit $code';
    expect(await runKtx(sandbox, args, { shell })).toMatchObject({
      exitCode: 0,
      stdout: "The answer.\n",
    });
  },
);

test("a prompt that is given wins over stdin, and none is read for an explanation", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering((_, { userText }) => userText) });
  // A pipe that stays open for as long as the program runs.
  const shell = 'mkfifo held; "$@" 0<> held; code=$?; rm held; exit $code';
  const given = await runKtx(sandbox, ["run", "Given.", ...on(sim)], { shell });
  expect(given).toMatchObject({ exitCode: 0, stdout: "Given.\n" });
  const explained = await runKtx(sandbox, ["run", "--explain", ...on(sim)], { shell });
  expect(explained).toMatchObject({ exitCode: 0, stderr: "" });
});

test.each([
  ["nothing", "< /dev/null", "Expected a prompt, got an empty text."],
  ["what cannot be read", "0> file", "The prompt could not be read from stdin."],
])("%s as stdin is no prompt", async (_, redirection, message) => {
  await using sandbox = await openSandbox();
  const shell = `"$@" ${redirection}`;
  const result = await runKtx(sandbox, ["run", "--model", "gpt-5.5"], { shell });
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toContain(`error: ${message}\n`);
});

test("a run that uses up its steps exits 3 and says how to give it more", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: answering(() => [call("greet", { name: "Ada" })]),
  });
  const args = ["run", "Greet", "--steps", "2", "--tools", fixture("greet"), ...on(sim)];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
  expect(stderr).toContain("error: Stopped: the model did not finish after 2 steps.\n");
  expect(stderr).toContain("next:  Raise --steps, or give it a smaller task.\n");
  expect(stdout).toBe("");
  expect(exitCode).toBe(3);
});

test("a usage limit that outlasts --wait fails the run at once, and says until when it lasts", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: () =>
      refuse(429, {
        error: { type: "usage_limit_reached", message: "No more.", resets_at: 4_102_444_800 },
      }),
  });
  const { exitCode, stderr } = await runKtx(sandbox, ["run", "Hi", "--wait", "5", ...on(sim)]);
  const message = stderr.replaceAll(/\s+/g, " ");
  expect(message).toContain("hit your usage limit");
  expect(message).toMatch(
    /Not waiting: it resets at (?:2099-12-31|2100-01-01) \d\d:\d\d, later than --wait allows\./,
  );
  expect(exitCode).toBe(1);
});

test("a failed tool call that fails the run says which tool, and why once", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: answering((result) => (result === undefined ? [call("refuse")] : "I could not.")),
  });
  const args = ["run", "Open", "--tools", fixture("greet"), "--on-tool-failure", "fail"];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, [...args, ...on(sim)]);
  expect(stderr).toContain("     failed: The door is locked.\n");
  expect(stderr).toContain("error: The run failed with a call of refuse.\n");
  expect(stderr.match(/The door is locked/g)).toHaveLength(1);
  expect(stdout).toBe("I could not.\n");
  expect(exitCode).toBe(1);
});

test("a refused run exits 1, with the service's sentence and the next step, also as JSON", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: () => refuse(401, { error: { message: "Incorrect API key provided." } }),
  });
  const { exitCode, stdout } = await runKtx(sandbox, ["run", "Hi", "--json", ...on(sim)]);
  expect(JSON.parse(stdout)).toMatchObject({
    stopReason: "error",
    text: null,
    error: {
      kind: "auth",
      message: expect.stringContaining("Incorrect API key provided."),
      why: expect.stringMatching(/^127\.0\.0\.1:\d+ answers with status 401\. Tried 3 times in /),
      next: expect.stringContaining("--api-key-env"),
    },
  });
  expect(exitCode).toBe(1);
});

test("an error that a tool lets loose ends the run, and what was started with it", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => [call("stray")]) });
  const args = ["run", "Go", "--tools", fixture("stray"), ...on(sim)];
  const { exitCode, stderr } = await runKtx(sandbox, args);
  expect(stderr).toContain("error: Unhandled error in a tool: The stray error.\n");
  expect(exitCode).toBe(1);
  expect(await sandbox.listProcesses()).toEqual([]);
});

describe("the key", () => {
  test("reaches the endpoint from the variable that --api-key-env names", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "Hello.") });
    const args = ["run", "Hi", "--api-key-env", "MY_KEY", ...on(sim)];
    await runKtx(sandbox, args, { env: { MY_KEY: "the-secret" } });
    expect(sim.requests[0]?.headers["authorization"]).toMatch(/^Bearer …\(sha256:/);
  });

  test("is not sent to the endpoint when no variable is named", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "Hello.") });
    await runKtx(sandbox, ["run", "Hi", ...on(sim)], { env: { CODEX_API_KEY: "the-secret" } });
    expect(sim.requests[0]?.headers["authorization"]).toBeUndefined();
  });
});

test("bad input is refused before anything is started or written, with exit code 2", async () => {
  await using sandbox = await openSandbox();
  const args = ["run", "Hi", "--model", "gpt-5.5", "--tools", "nope.ts"];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);
  expect(stderr).toMatch(/^error: Expected a tools module at /);
  expect({ exitCode, stdout, files: await sandbox.listFiles() }).toEqual({
    exitCode: 2,
    stdout: "",
    files: [],
  });
});

describe("an interruption", () => {
  async function interrupt(
    sandbox: Sandbox,
    args: readonly string[],
    moment: string,
    signal: NodeJS.Signals = "SIGINT",
  ): Promise<KtxResult> {
    const running = spawnKtx(sandbox, args);
    await running.seen(moment);
    running.child.kill(signal);
    return running.result;
  }

  // Each signal has its code in one table, of which process-io.test.ts has the rest.
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGXCPU", 152],
  ] as const)(
    "by %s in the middle of a tool call leaves no process and exits %i",
    async (signal, exitCode) => {
      await using sandbox = await openSandbox();
      await using sim = await startCodexSim({ script: answering(() => [call("linger")]) });
      const args = ["run", "Wait", "--tools", fixture("slow"), ...on(sim)];
      const result = await interrupt(sandbox, args, "the tool is waiting", signal);
      expect(result).toMatchObject({ exitCode, stdout: "" });
      expect(result.stderr).toContain("Interrupted. Nothing is left running.\n");
      expect(await sandbox.listProcesses()).toEqual([]);
    },
  );

  test.each([
    ["SIGHUP", 129],
    ["SIGUSR2", 140],
  ] as const)(
    "by %s, without a module of the user's, leaves no process and exits %i",
    async (signal, exitCode) => {
      await using sandbox = await openSandbox();
      const asked = Promise.withResolvers<void>();
      await using sim = await startCodexSim({
        script: () => {
          asked.resolve();
          return new Promise(() => {});
        },
      });
      const running = spawnKtx(sandbox, ["run", "Hi", ...on(sim)]);
      await asked.promise;
      running.child.kill(signal);
      expect(await running.result).toMatchObject({ exitCode, stdout: "" });
      expect(await sandbox.listProcesses()).toEqual([]);
    },
  );

  test.each(["tools", "schema"])("while a %s module is still loading ends it", async (kind) => {
    await using sandbox = await openSandbox();
    const args = ["run", "Hi", "--model", "gpt-5.5", `--${kind}`, neverLoading(kind)];
    const result = await interrupt(sandbox, args, "the module is loading");
    expect(result).toMatchObject({ exitCode: 130, stdout: "" });
  });
});

test.each(["tools", "schema"])(
  "a %s module that never loads is stopped by the time limit, also where the run is only explained",
  async (kind) => {
    await using sandbox = await openSandbox();
    const args = ["--model", "gpt-5.5", "--timeout", "1", `--${kind}`, neverLoading(kind)];
    const results = await Promise.all(
      ["Hi", "--explain"].map((word) => runKtx(sandbox, ["run", word, ...args])),
    );
    for (const { exitCode, stdout, stderr } of results) {
      const message = stderr.replaceAll(/\s+/g, " ");
      expect(message).toMatch(
        new RegExp(
          `error: Stopped: the ${kind} module .*never-loads.ts did not load within 1 s\\.`,
        ),
      );
      expect(message).toContain("next: Raise --timeout");
      expect(message).not.toContain("Warning");
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    }
  },
);

test("a run shows the model each --image, and refuses another file before anything is started", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "Two pictures.") });
  const pixel = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
  await writeFile(join(sandbox.project, "a.webp"), pixel);
  await writeFile(join(sandbox.project, "notes.png"), "no picture");
  const args = ["run", "What is this?", ...on(sim), "--image", "a.webp"];
  const { exitCode, stdout } = await runKtx(sandbox, [...args, "--image", "a.webp"]);
  expect(stdout).toBe("Two pictures.\n");
  expect(exitCode).toBe(0);
  const image = { from: "user", mediaType: "image/webp", bytes: pixel };
  expect(sim.requests[0]?.images).toEqual([image, image]);

  const refused = await runKtx(sandbox, [...args, "--image", "notes.png"]);
  expect(refused.stderr).toMatch(
    /Expected image 2 \(.*notes\.png\) to be a PNG,\s+JPEG, GIF or WebP/,
  );
  expect(refused.exitCode).toBe(2);
  expect(sim.requests).toHaveLength(1);
});

test("a run warns once when the account's limit is almost used up", async () => {
  await using sandbox = await openSandbox();
  const headers = {
    "x-codex-primary-used-percent": "93",
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": "2000000000",
  };
  await using sim = await startCodexSim({
    script: (request) =>
      request.index === 0
        ? reply([call("greet", { name: "Ada" })], { headers })
        : reply([text("Done.")], { headers }),
  });
  const args = ["run", "Greet Ada", "--tools", fixture("greet"), ...on(sim)];
  const { stdout, stderr } = await runKtx(sandbox, args);
  expect(stdout).toBe("Done.\n");
  expect(stderr.replaceAll(/\s+/g, " ").split("warning: ").slice(1)).toEqual([
    expect.stringMatching(
      /^93 % of the account's limit codex primary is used; it resets at 2033-05-1[78] \d\d:\d\d\./,
    ),
  ]);
});
