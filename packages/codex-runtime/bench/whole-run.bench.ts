import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CodexSim, reply, startCodexSim, text } from "@ktx/codex-sim";
import { Codex } from "@openai/codex-sdk";
import { expect, test } from "vitest";
import { z } from "zod";
import { noteFigure } from "../../../test/bench-figure.ts";
import { CodexKtxLlmRuntime, type CodexTransport } from "../src/index.ts";

const rounds = 30;

/** One question, one answer, on the same binary and stand-in service, taking turns. */
test("a whole run over each transport, next to the bare SDK on the same work", async () => {
  await using sim = await startCodexSim({ script: () => reply([text("ok")]) });
  const home = join(process.cwd(), "node_modules", ".cache", "bench-codex-home");
  await mkdir(home, { recursive: true });
  const ask = (transport: CodexTransport) => (): Promise<string> =>
    runtimeOver(transport, sim).generateText({ role: "default", prompt: "hi" });
  const exec = way(ask("exec"));
  const appServer = way(ask("app-server"));
  const bareSdk = way(bareSdkRun(sim, home));
  await takeTurns(exec, appServer, bareSdk);
  await rm(home, { recursive: true, force: true });

  const [ours, , theirs] = sim.requests.map((request) => request.bytes);
  console.log(
    [
      `whole run, p50 of ${rounds}: ktx over exec ${p50(exec).toFixed(0)} ms, over app-server ${p50(appServer).toFixed(0)} ms, bare SDK ${p50(bareSdk).toFixed(0)} ms`,
      `  bare SDK / exec ${compare(bareSdk, exec)}, exec / app-server ${compare(exec, appServer)}`,
      `request: ktx ${ours} bytes, bare SDK ${theirs} bytes, ratio ${((theirs ?? 0) / (ours ?? 1)).toFixed(1)}`,
    ].join("\n"),
  );
  noteFigure({
    bench: "whole-run",
    title: "A question and its answer, p50",
    unit: "ms",
    better: "less",
    values: {
      "ktx over app-server": p50(appServer),
      "ktx over exec": p50(exec),
      "bare SDK": p50(bareSdk),
    },
  });
  expect(sim.requests).toHaveLength(3 * rounds);
});

/** An answer that does not fit, then one that does. */
test("an object with a repair in its thread, next to one with a thread for each turn", async () => {
  await using sim = await startCodexSim({
    script: (request) =>
      reply([text(JSON.stringify({ n: request.userText === "hi" ? "no" : "ok" }))]),
  });
  const schema = z.object({ n: z.string().refine((n) => n === "ok") });
  const ask = (transport: CodexTransport) => async (): Promise<string> => {
    const runtime = runtimeOver(transport, sim);
    return (await runtime.generateObject({ role: "default", prompt: "hi", schema })).n;
  };
  const oneThread = way(ask("auto"));
  const twoThreads = way(ask("exec"));
  await takeTurns(oneThread, twoThreads);

  console.log(
    `object with a repair, p50 of ${rounds}: in one thread ${p50(oneThread).toFixed(0)} ms, in two ${p50(twoThreads).toFixed(0)} ms, ratio ${compare(twoThreads, oneThread)}`,
  );
  noteFigure({
    bench: "whole-run",
    title: "An object with a repair, p50",
    unit: "ms",
    better: "less",
    values: { "in one thread": p50(oneThread), "in two threads": p50(twoThreads) },
  });
  expect(sim.requests).toHaveLength(4 * rounds);
});

function runtimeOver(transport: CodexTransport, sim: CodexSim): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    transport,
  });
}

/** One way to do the work, with what each round took, in milliseconds. */
interface Way {
  readonly run: () => Promise<string>;
  readonly times: number[];
}

function way(run: Way["run"]): Way {
  return { run, times: [] };
}

async function takeTurns(...ways: readonly Way[]): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (const { run, times } of ways) times.push(await timed(run));
}

function compare(one: Way, other: Way): string {
  return (p50(one) / p50(other)).toFixed(1);
}

function bareSdkRun(sim: CodexSim, home: string): () => Promise<string> {
  const codex = new Codex({
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", CODEX_HOME: home },
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
    },
  });
  return async () => {
    const thread = codex.startThread({ model: "gpt-5.5", skipGitRepoCheck: true });
    return (await thread.run("hi")).finalResponse;
  };
}

async function timed(run: () => Promise<string>): Promise<number> {
  const startedAtMs = performance.now();
  expect(await run()).toBe("ok");
  return performance.now() - startedAtMs;
}

function p50({ times }: Way): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
