import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CodexSim, reply, startCodexSim, text } from "@ktx/codex-sim";
import { Codex } from "@openai/codex-sdk";
import { expect, test } from "vitest";
import { CodexKtxLlmRuntime } from "../src/index.ts";

const rounds = 30;

/** One question, one answer, on the same binary and stand-in service, taking turns. */
test("a whole run, next to the bare SDK on the same work", async () => {
  await using sim = await startCodexSim({ script: () => reply([text("ok")]) });
  const home = join(process.cwd(), "node_modules", ".cache", "bench-codex-home");
  await mkdir(home, { recursive: true });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
  });
  const ktx = (): Promise<string> => runtime.generateText({ role: "default", prompt: "hi" });
  const bareSdk = bareSdkRun(sim, home);
  const times = { ktx: [] as number[], bareSdk: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.ktx.push(await timed(ktx));
    times.bareSdk.push(await timed(bareSdk));
  }
  await rm(home, { recursive: true, force: true });

  const [ours, theirs] = [p50(times.ktx), p50(times.bareSdk)];
  const bytes = sim.requests.map((request) => request.bytes);
  console.log(
    [
      `whole run, p50 of ${rounds}: ktx ${ours.toFixed(0)} ms, bare SDK ${theirs.toFixed(0)} ms, ratio ${(theirs / ours).toFixed(1)}`,
      `request: ktx ${bytes[0]} bytes, bare SDK ${bytes[1]} bytes, ratio ${((bytes[1] ?? 0) / (bytes[0] ?? 1)).toFixed(1)}`,
    ].join("\n"),
  );
  expect(sim.requests).toHaveLength(2 * rounds);
});

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

function p50(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
