import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { answering, type CodexSim, type SimScript, startCodexSim, toolCall } from "@ktx/codex-sim";
import { startToolBridge, type ToolSet } from "@ktx/mcp-bridge";
import { Codex } from "@openai/codex-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRunner,
  type CodexRunnerInput,
  SdkCodexRunner,
} from "../src/index.ts";
import { noteFigure } from "../../../test/bench-figure.ts";
import { wikiTools } from "../test/isolation/wiki-tools.ts";

const rounds = 15;
const models = ["gpt-5.5", "gpt-6.1-sol"];

const answerOnly = answering(() => "ok");
const callTool = answering((found) =>
  found === undefined ? [toolCall("wiki_search", { query: "rev" })] : "ok",
);

/** Empty, and not under the system's temporary folder, where Codex warns about a home. */
const folder = join(import.meta.dirname, "../../../node_modules/.cache/bench-lean");
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  CODEX_HOME: folder,
  XDG_CACHE_HOME: join(folder, "cache"),
};
beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(
  [
    { work: "without tools", toolSet: {}, script: answerOnly },
    { work: "with a tool call", toolSet: wikiTools, script: callTool },
  ].flatMap((task) => models.map((model) => ({ ...task, model }))),
)(
  "stock Codex against strict isolation: $model $work",
  async ({ model, work, toolSet, script }) => {
    const [stock, strict] = await compare(script, [
      { name: "stock", run: (sim) => runStock(sim, model, toolSet) },
      { name: "strict", run: (sim) => runStrict(sim, model, toolSet) },
    ]);
    print(`${model} ${work}, p50 of ${rounds}`, stock, strict);
    expect(strict?.bytes).toBeLessThan(stock?.bytes ?? 0);
  },
);

test("what the empty PATH and the one-certificate bundle are worth", async () => {
  const systemBundle = process.env["SSL_CERT_FILE"] ?? "/etc/ssl/certs/ca-certificates.crt";
  const variants = [
    { name: "both", add: {} },
    { name: "with the user's PATH", add: { PATH: env.PATH } },
    { name: "with the system's certificates", add: { SSL_CERT_FILE: systemBundle } },
  ];
  const [both, ...others] = await compare(
    callTool,
    variants.map(({ name, add }) => ({
      name,
      run: (sim) => runStrict(sim, "gpt-5.5", wikiTools, addingEnvironment(add)),
    })),
  );
  for (const other of others) print(`gpt-5.5 with a tool call, ${other.name}`, other, both);
  expect(new Set([both, ...others].map((measured) => measured?.tools.length)).size).toBe(1);
});

interface Contender {
  readonly name: string;
  readonly run: (sim: CodexSim) => Promise<string>;
}

interface Measured {
  readonly name: string;
  readonly p50Ms: number;
  /** Of the first request of a run. */
  readonly bytes: number;
  readonly tools: readonly string[];
}

/** Lets the contenders do the same work in turns, so that whatever else the machine does meets all. */
async function compare(script: SimScript, contenders: readonly Contender[]): Promise<Measured[]> {
  const contests = await Promise.all(
    contenders.map(async (contender) => ({
      ...contender,
      sim: await startCodexSim({ script }),
      times: [] as number[],
    })),
  );
  // One round more, to warm up.
  for (let round = 0; round <= rounds; round += 1)
    for (const { run, sim, times } of contests) {
      const startedAtMs = performance.now();
      expect(await run(sim)).toBe("ok");
      if (round > 0) times.push(performance.now() - startedAtMs);
    }
  // They did the same work: as many requests each.
  expect(new Set(contests.map(({ sim }) => sim.requests.length)).size).toBe(1);
  return Promise.all(
    contests.map(async ({ name, sim, times }) => {
      await sim.close();
      const [request] = sim.requests;
      return { name, p50Ms: p50(times), bytes: request?.bytes ?? 0, tools: request?.tools ?? [] };
    }),
  );
}

function runStrict(
  sim: CodexSim,
  model: string,
  tools: ToolSet,
  runner?: CodexRunner,
): Promise<string> {
  const runtime = new CodexKtxLlmRuntime({
    projectDir: folder,
    modelSlots: { default: model },
    endpoint: { baseUrl: sim.baseUrl },
    env,
    ...(runner && { runner }),
  });
  return runtime.generateText({ role: "default", prompt: "hi", tools });
}

async function runStock(sim: CodexSim, model: string, toolSet: ToolSet): Promise<string> {
  const hasTools = Object.keys(toolSet).length > 0;
  await using bridge = hasTools
    ? await startToolBridge({ projectDir: folder, toolSet })
    : undefined;
  const codex = new Codex({
    env: { ...env, ...(bridge && { [bridge.bearerTokenEnvVar]: bridge.bearerToken }) },
    config: {
      model_provider: "sim",
      model_providers: {
        sim: {
          name: "sim",
          base_url: sim.baseUrl,
          wire_api: "responses",
          supports_websockets: false,
        },
      },
      ...(bridge && {
        mcp_servers: {
          ktx: {
            url: bridge.url,
            bearer_token_env_var: bridge.bearerTokenEnvVar,
            default_tools_approval_mode: "approve",
            required: true,
          },
        },
      }),
    },
  });
  const thread = codex.startThread({ model, skipGitRepoCheck: true, workingDirectory: folder });
  return (await thread.run("hi")).finalResponse;
}

/** The runner of a strict run, which is given variables that it would have withheld. */
function addingEnvironment(add: Readonly<Record<string, string>>): CodexRunner {
  const runner = new SdkCodexRunner({ env });
  return {
    runStreamed: (input: CodexRunnerInput) =>
      runner.runStreamed({ ...input, env: { ...input.env, ...add } }),
  };
}

function print(title: string, slow: Measured | undefined, fast: Measured | undefined): void {
  if (slow === undefined || fast === undefined) return;
  const note = (what: string, unit: string, valueOf: (of: Measured) => number): void =>
    noteFigure({
      bench: "lean",
      title: `${title}: ${what}`,
      unit,
      better: "less",
      values: { [fast.name]: valueOf(fast), [slow.name]: valueOf(slow) },
    });
  note("time of a run", "ms", ({ p50Ms }) => p50Ms);
  if (slow.bytes !== fast.bytes) note("size of a request", "bytes", ({ bytes }) => bytes);
  const row = ({ name, p50Ms, bytes, tools }: Measured): string =>
    `  ${name.padEnd(32)}${p50Ms.toFixed(0).padStart(5)} ms ${String(bytes).padStart(6)} bytes ${String(tools.length).padStart(3)} tools  ${tools.slice(0, 6).join(" ")}${tools.length > 6 ? " …" : ""}`;
  const times = (slow.p50Ms / fast.p50Ms).toFixed(2);
  const bytes = (slow.bytes / fast.bytes).toFixed(1);
  console.log(
    [title, row(slow), row(fast), `  ratio: ${times} in time, ${bytes} in bytes`].join("\n"),
  );
}

function p50(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
