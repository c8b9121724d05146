/**
 * Tries the main ways to use ktx with the real service, on a signed-in machine. It costs some thousand tokens of the
 * account, so that it runs only where `KTX_SMOKE_LIVE` is 1. `KTX_SMOKE_MODEL` and `KTX_SMOKE_ENDPOINT` choose another
 * model, and another service.
 */
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeFailure } from "@ktx/codex-events";
import { CodexError, CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { smokeChecks } from "./smoke-checks.ts";

const { KTX_SMOKE_LIVE, KTX_SMOKE_MODEL: model = "gpt-5.5", KTX_SMOKE_ENDPOINT } = process.env;
if (KTX_SMOKE_LIVE === "1") {
  process.exitCode = (await smoke(model, KTX_SMOKE_ENDPOINT)) ? 0 : 1;
} else {
  console.error(
    "error: Expected KTX_SMOKE_LIVE=1. This asks the real service, and uses some thousand tokens of your account.",
  );
  console.error("next:  KTX_SMOKE_LIVE=1 npx -y pnpm@10.34.8 smoke:live");
  process.exitCode = 2;
}

/** True if every check passes. Each runs, whatever became of the others. */
async function smoke(modelId: string, baseUrl: string | undefined): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "ktx-smoke-"));
  const runtime = new CodexKtxLlmRuntime({
    projectDir: folder,
    modelSlots: { default: modelId },
    ...(baseUrl !== undefined && { endpoint: { baseUrl } }),
  });
  let tokens = 0;
  let failed = 0;
  const checks = smokeChecks({
    runtime,
    model: modelId,
    baseUrl,
    folder,
    secret: randomInt(100_000, 1_000_000),
    onMetrics: ({ usage }) => void (tokens += usage.totalTokens ?? 0),
  });
  try {
    for (const [name, check] of checks) {
      const startMs = performance.now();
      const problem = await check().catch(describeError);
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      console.log(
        `${problem === undefined ? "ok    " : "failed"}  ${name.padEnd(12)}  ${seconds} s`,
      );
      if (problem === undefined) continue;
      failed += 1;
      console.log(problem.trimEnd().replaceAll(/^/gm, "        "));
    }
  } finally {
    await runtime[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
  console.log(`${failed === 0 ? "All passed" : `${failed} failed`}: ${modelId}, ${tokens} tokens.`);
  return failed === 0;
}

function describeError(error: unknown): string {
  if (error instanceof CodexError) return `${error.message}\n${describeFailure(error.failure)}`;
  return error instanceof Error ? error.message : String(error);
}
