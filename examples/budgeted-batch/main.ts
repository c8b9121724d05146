import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, type BatchReport, openSqliteStore, runBatch } from "@ktx/batch";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { reply, startCodexSim, text } from "@ktx/codex-sim";

const sim = await startCodexSim({ script: ({ userText }) => reply([text(`Done: ${userText}`)]) });
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
// A project keeps its store, such as in `.ktx/batch.sqlite`; the example leaves nothing behind.
const folder = await mkdtemp(join(tmpdir(), "budgeted-batch-"));
const store = await openSqliteStore({ file: join(folder, "batch.sqlite") });
const prompts = Array.from({ length: 40 }, (_, index) => `Describe item ${index + 1}.`);

/** One evening: what is not done yet, until the tokens are used up. */
function runEvening(tokens: number): Promise<BatchReport> {
  return runBatch({
    units: prompts.map((prompt) => ({ key: prompt, payload: prompt })),
    store,
    concurrency: 1,
    budget: { tokens },
    // A limit of the account pauses the batch, and a missing sign-in ends it: `attempt` tells them apart.
    run: ({ payload: prompt }, { signal: abortSignal }) =>
      attempt((onMetrics) =>
        runtime.generateText({ role: "default", prompt, abortSignal, onMetrics }),
      ),
  });
}

try {
  for (const evening of [1, 2, 3]) {
    const { ended, counts, tokens } = await runEvening(200);
    console.log(
      `evening ${evening}: ${ended}, ${counts.done} of ${prompts.length}, ${tokens} tokens`,
    );
  }
  console.log(`${sim.requests.length} requests: each prompt was asked once`);
} finally {
  for (const opened of [store, runtime, sim]) await opened[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}
