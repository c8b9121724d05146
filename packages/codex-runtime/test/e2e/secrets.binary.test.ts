import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  fingerprint,
  rawAnswer,
  refuse,
  reply,
  type SimReply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { defineTool, startToolBridge, type ToolSet } from "@ktx/mcp-bridge";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  runTraceChannelName,
  type RuntimeWarning,
  SdkCodexRunner,
} from "../../src/index.ts";
import { threadConfig } from "../../src/transport/thread-config.ts";
import { createToolOffer } from "../../src/transport/tools/tool-offer.ts";
import { unheard } from "../own-threads.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import {
  basicHeader,
  plantedKey,
  show,
  tracesIn,
  unicodeEscaped,
  urlEscaped,
} from "../secrets/planted-key.ts";
import { codexProcessesOf } from "./codex-processes.ts";
import { namespace, onEachTransport, type TransportName } from "./scene.ts";

const quotations: Readonly<Record<string, SimReply>> = {
  "in a refusal": refuse(401, { error: { message: `Incorrect API key provided: ${plantedKey}.` } }),
  "in a bad request": refuse(400, { error: { message: `No: ${plantedKey}`, param: plantedKey } }),
  "in Unicode escapes": refuse(400, `{"error":{"message":"key ${unicodeEscaped}"}}`),
  "in an address": refuse(404, `<html>Not found: /v1?key=${urlEscaped}</html>`),
  "in a page": refuse(403, plantedKey.replaceAll("&", "&amp;").replaceAll("<", "&lt;")),
  "in a Basic header": refuse(400, { error: { message: `Unexpected ${basicHeader}` } }),
  "as the name of a property": refuse(400, { error: { message: "no" }, [plantedKey]: plantedKey }),
  "in a server's failure": refuse(503, { error: { message: `proxy: ${plantedKey}` } }),
  "in a stream": rawAnswer(
    `event: response.failed\ndata: ${JSON.stringify({
      type: "response.failed",
      response: { id: "r", error: { code: "server_error", message: `bad key ${plantedKey}` } },
    })}\n\n`,
  ),
};

const leaky: ToolSet = {
  leak: defineTool({
    name: "leak",
    description: "Fails.",
    inputSchema: z.object({ [plantedKey]: z.string().optional(), a: z.string() }),
    execute: ({ a }) => {
      throw new Error(`refused ${a} for ${unicodeEscaped}`);
    },
  }),
};
const callLeak = reply([toolCall("leak", { a: plantedKey }, { namespace })]);

onEachTransport("the real Codex shows no key", ({ transport }) => {
  test.each(Object.entries(quotations))("that a service quotes %s", async (_, quotation) => {
    const { outcome, requests, told } = await runWith({ transport, script: () => quotation });
    expect(outcome).toBeInstanceOf(CodexError);
    expect(requests.length).toBeGreaterThan(0);
    for (const authorization of requests)
      expect(authorization).toBe(`Bearer …(${fingerprint(plantedKey)})`);
    expect(tracesIn(told)).toEqual([]);
  });

  test("in an error that tells that it was quoted", async () => {
    const script = (): SimReply => refuse(400, { error: { message: `No: ${plantedKey}` } });
    const { outcome } = await runWith({ transport, script });
    expect(outcome).toMatchObject({ message: "No: [redacted]", failure: { raw: /\[redacted\]/ } });
  });

  test("that a tool was given, quotes, and has among its inputs, nor the token of the tools", async () => {
    let calls = 0;
    const { outcome, told, token } = await runWith({
      transport,
      tools: leaky,
      script: () => ((calls += 1) === 1 ? callLeak : refuse(400, `{"error":"${urlEscaped}"}`)),
    });
    expect(outcome).toBeInstanceOf(CodexError);
    expect(show(outcome)).toContain("refused [redacted] for [redacted]");
    expect(tracesIn(told)).toEqual([]);
    expect(token).toMatch(/^\S{32,}$/);
    expect(show(told)).not.toContain(token);
  });

  test("in the result of a loop, and on the tracing channel", async () => {
    const folder = await testFolder();
    await using sim = await startCodexSim({
      script: ({ toolOutputs }) =>
        toolOutputs.length === 0 ? callLeak : refuse(400, { error: { message: basicHeader } }),
    });
    const ends: unknown[] = [];
    const note = (ended: unknown): void => void ends.push(ended);
    const channel = `tracing:${runTraceChannelName}:asyncEnd`;
    subscribe(channel, note);
    onTestFinished(() => void unsubscribe(channel, note));
    const result = await runtimeOn(sim.baseUrl, folder, { transport }).runAgentLoop({
      modelRole: plantedKey,
      systemPrompt: "",
      userPrompt: "Go.",
      toolSet: leaky,
      stepBudget: 5,
      telemetryTags: { [plantedKey]: plantedKey },
    });
    expect(result.stopReason).toBe("error");
    expect(ends).toContainEqual(
      expect.objectContaining({
        span: "call",
        role: "[redacted]",
        telemetryTags: { "[redacted]": "[redacted]" },
      }),
    );
    expect(tracesIn([result, ends])).toEqual([]);
  });

  test("that an answer holds which does not fit its schema; the answer of a text stays", async () => {
    const answer = JSON.stringify({ verdict: plantedKey });
    const folder = await testFolder();
    await using sim = await startCodexSim({ script: () => reply([text(answer)]) });
    const runtime = runtimeOn(sim.baseUrl, folder, { transport });
    const schema = z.object({
      verdict: z.string().refine(() => false, { error: ({ input }) => `no ${String(input)}` }),
    });
    const error: unknown = await runtime
      .generateObject({ role: "default", prompt: "Go.", schema, repairAttempts: 0 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "OutputValidationError",
      text: '{"verdict":"[redacted]"}',
    });
    expect(tracesIn(error)).toEqual([]);
    expect(await runtime.generateText({ role: "default", prompt: "Go." })).toBe(answer);
  });

  test("in the events of a runner that is used without the runtime", async () => {
    const folder = await testFolder();
    await using sim = await startCodexSim({
      script: ({ toolOutputs }) =>
        toolOutputs.length === 0 ? callLeak : refuse(401, { error: { message: plantedKey } }),
    });
    await using bridge = await startToolBridge({ projectDir: folder, toolSet: leaky });
    const runner = new SdkCodexRunner({ env: envOf(folder), allowEnv: ["MY_KEY"] });
    const told: unknown[] = [];
    try {
      for await (const event of await runner.runStreamed({
        projectDir: folder,
        model: "gpt-5.5",
        prompt: "Go.",
        env: { [bridge.bearerTokenEnvVar]: bridge.bearerToken },
        configOverrides: threadConfig({
          thread: {
            tools: createToolOffer(leaky, unheard),
            toolTimeoutMs: 60_000,
            streamRetries: 0,
          },
          endpoint: { baseUrl: sim.baseUrl, apiKeyEnv: "MY_KEY" },
          server: {
            url: bridge.url,
            credential: { bearer_token_env_var: bridge.bearerTokenEnvVar },
          },
        }),
      }))
        told.push(event);
    } catch (error) {
      told.push(error);
    }
    expect(show(told)).toContain("refused [redacted] for [redacted]");
    expect(show(told)).toMatch(/turn\.failed/);
    expect(tracesIn(told)).toEqual([]);
  });

  test("a runner around the SDK's may add a path, which is not a secret, beside the token, which is", async () => {
    const folder = await testFolder();
    await using sim = await startCodexSim({ script: () => reply([text("ok")]) });
    const inner = new SdkCodexRunner({ env: envOf(folder) });
    const runtime = (add: Readonly<Record<string, string>>): CodexKtxLlmRuntime =>
      new CodexKtxLlmRuntime({
        projectDir: folder,
        modelSlots: { default: "gpt-5.5" },
        endpoint: { baseUrl: sim.baseUrl },
        runner: {
          runStreamed: (input) => inner.runStreamed({ ...input, env: { ...input.env, ...add } }),
        },
      });
    const ask = { role: "default", prompt: "Go." } as const;
    const bin = join(folder, "bin");
    expect(await runtime({ PATH: bin, TMPDIR: folder }).generateText(ask)).toBe("ok");
    await expect(runtime({ MY_TOKEN: folder }).generateText(ask)).rejects.toThrow(
      "Expected no API key, token or password in the configuration, got one.",
    );
  });

  test.each([" ", "\t", "\n", "\r\n", "\u00A0", "\uFEFF"])(
    "that came with white space (%j): it is used without, and one warning says so",
    async (space) => {
      const script = (): SimReply => refuse(401, { error: { message: `no ${plantedKey}` } });
      const key = `${plantedKey}${space}`;
      const { requests, warnings, told } = await runWith({ transport, script, key, runs: 2 });
      expect(new Set(requests)).toEqual(new Set([`Bearer …(${fingerprint(plantedKey)})`]));
      expect(warnings).toEqual([
        {
          kind: "trimmed-key",
          message:
            "MY_KEY has white space around the key. The run uses the key without it. Remove it where the variable is set.",
          variables: ["MY_KEY"],
        },
      ]);
      expect(tracesIn(told)).toEqual([]);
    },
  );

  test.each([
    ["a line feed", "\n", "U+000A"],
    ["a NUL, which Node would quote", "\0", "U+0000"],
    ["a letter beyond ASCII", "é", "U+00E9"],
    ["half of a pair", "\uD83D", "U+D83D"],
  ])("that has %s within: nothing is started", async (_, character, named) => {
    const key = `${plantedKey}${character}${plantedKey}`;
    const { outcome, requests, told } = await runWith({ transport, script: [], key });
    expect(outcome).toMatchObject({
      failure: { kind: "auth" },
      message: `Expected MY_KEY to hold an API key of visible ASCII characters, got ${named} at position ${plantedKey.length + 1}, which no HTTP header can carry. Set MY_KEY to the key alone.`,
    });
    expect(requests).toEqual([]);
    expect(tracesIn(told)).toEqual([]);
  });

  test("that Codex writes to its log: of a tail that is cut within it, nothing is left", async () => {
    const folder = await testFolder();
    for (const after of [4_096 - plantedKey.length + 3, 4_090, 4_080]) {
      const codexPath = join(folder, `codex-${after}`);
      const line = `${"é".repeat(2_000)} ${plantedKey}${"y".repeat(after)} ${plantedKey.slice(0, 20)}`;
      await writeFile(
        codexPath,
        `#!${process.execPath}\nconst b=Buffer.from(${JSON.stringify(line)});` +
          "for(let i=0;i<b.length;i+=7)require('node:fs').writeSync(2,b.subarray(i,i+7));process.exit(3);\n",
      );
      await chmod(codexPath, 0o755);
      const error: unknown = await runtimeOn("http://127.0.0.1:9/v1", folder, {
        transport,
        codexPath,
      })
        .generateText({ role: "default", prompt: "Go." })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        failure: { kind: "process" },
        stderrTail: expect.stringMatching(/y \[redacted\]$/),
      });
      expect(tracesIn(error)).toEqual([]);
      // The key's last characters, which a cut before the redaction would leave.
      expect(show(error)).not.toContain("Zz\\");
    }
  });
});

interface LeakyRun {
  readonly transport: TransportName;
  readonly script: readonly SimReply[] | (() => SimReply);
  readonly tools?: ToolSet;
  readonly key?: string;
  readonly runs?: number;
}

/** What comes out of a call, everywhere that something comes out. */
interface Told {
  readonly outcome: unknown;
  /** The Authorization headers, as fingerprints. */
  readonly requests: readonly (string | undefined)[];
  readonly warnings: readonly RuntimeWarning[];
  readonly token: string;
  /** All of it, with what other programs see and what is left in files. */
  readonly told: readonly unknown[];
}

async function runWith({ transport, script, tools, key, runs = 1 }: LeakyRun): Promise<Told> {
  const folder = await testFolder();
  const argvs: string[] = [];
  const warnings: RuntimeWarning[] = [];
  const metrics: unknown[] = [];
  let token = "";
  let asked = 0;
  await using sim = await startCodexSim({
    script: () => {
      argvs.push(...codexProcessesOf(folder).map(({ argv }) => argv));
      return typeof script === "function" ? script() : (script[asked++] ?? reply([]));
    },
  });
  const runtime = runtimeOn(sim.baseUrl, folder, {
    transport,
    env: envOf(folder, key),
    onWarning: (warning) => warnings.push(warning),
    startMcpServer: async (input) => {
      const bridge = await startToolBridge(input);
      token = bridge.bearerToken;
      return bridge;
    },
  });
  let outcome: unknown;
  for (let run = 0; run < runs; run += 1)
    outcome = await runtime
      .generateText({
        role: "default",
        prompt: "Go.",
        ...(tools && { tools }),
        onMetrics: (told) => metrics.push(told),
      })
      .catch((thrown: unknown) => thrown);
  // A request comes from a process whose arguments were seen.
  expect(argvs.length > 0).toBe(sim.requests.length > 0);
  return {
    outcome,
    requests: sim.requests.map(({ headers }) => headers["authorization"]),
    warnings,
    token,
    told: [outcome, warnings, metrics, argvs, await filesOf(folder)],
  };
}

function runtimeOn(
  baseUrl: string,
  folder: string,
  options: Partial<CodexRuntimeOptions>,
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: folder,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl, apiKeyEnv: "MY_KEY" },
    env: envOf(folder),
    maxRetries: 0,
    timeoutMs: 60_000,
    ...options,
  });
}

function envOf(folder: string, key = plantedKey): NodeJS.ProcessEnv {
  return { HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), TMPDIR: folder, MY_KEY: key };
}

async function testFolder(): Promise<string> {
  const folder = await makeTestFolder("secrets");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

/** What is in the files of a folder, whatever they are. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), "latin1")),
  );
}
