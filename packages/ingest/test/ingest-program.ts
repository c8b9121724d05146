/** Ingests a project on the service at an address: `ingest-program.ts <project> <base url>`. Killed by its test. */
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { ingest } from "../src/index.ts";

const [projectDir = "", baseUrl = ""] = process.argv.slice(2);
const runtime = new CodexKtxLlmRuntime({
  projectDir,
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  timeoutMs: 60_000,
});
const report = await ingest({
  projectDir,
  paths: ["sources"],
  runtime,
  models: { extract: "codex", reconcile: "codex" },
  concurrency: 4,
  // The next run has not long to wait for what was running.
  leaseMs: 2_000,
  onEvent: (event) => {
    if (event.type === "batch" && event.event.type === "unit_done")
      process.stdout.write(`done ${event.unit ?? ""}\n`);
    if (event.type === "stage" && event.stage === "apply") process.stdout.write("apply\n");
  },
});
process.stdout.write(`${JSON.stringify(report)}\n`);
await runtime[Symbol.asyncDispose]();
