/** Runs on each machine: the same program, with the address of the one database. */
import { attempt, runBatch } from "@ktx/batch";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { openPostgresStore } from "@ktx/queue-postgres";

const [machine = "machine"] = process.argv.slice(2);
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  // Without it, each machine uses its own sign-in.
  endpoint: { baseUrl: process.env["MODEL_URL"] ?? "" },
});
const store = await openPostgresStore({ url: process.env["DATABASE_URL"] ?? "" });
const prompts = Array.from({ length: 24 }, (_, index) => `Describe item ${index + 1}.`);
let ran = 0;
try {
  const { ended, counts } = await runBatch({
    units: prompts.map((prompt) => ({ key: prompt, payload: prompt })),
    store,
    concurrency: 2,
    // A machine that dies gives its prompts back after two seconds.
    leaseMs: 2_000,
    run: ({ payload: prompt }, { signal: abortSignal }) => {
      ran += 1;
      return attempt((onMetrics) =>
        runtime.generateText({ role: "default", prompt, abortSignal, onMetrics }),
      );
    },
  });
  console.log(JSON.stringify({ machine, ran, ended, done: counts.done }));
} finally {
  await store[Symbol.asyncDispose]();
  await runtime[Symbol.asyncDispose]();
}
