import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { reply, startCodexSim, text } from "@ktx/codex-sim";

// A scripted model in place of your account. Leave out `endpoint`, and Codex asks the real one.
const sim = await startCodexSim({ script: [reply([text("97 is a prime above 90.")])] });

const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
try {
  console.log(await runtime.generateText({ role: "default", prompt: "Name a prime above 90." }));
} finally {
  await runtime[Symbol.asyncDispose]();
  await sim.close();
}
