import { answering, startCodexSim } from "@ktx/codex-sim";
import { CodexKtxLlmRuntime } from "../../src/index.ts";

/** A program of its own, for a machine of its own: prints what its one run showed to the model. */
await using sim = await startCodexSim({ script: answering(() => "hello") });
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  isolation: process.argv[2] === "host" ? "host" : "strict",
  modelSlots: { default: "codex" },
  endpoint: { baseUrl: sim.baseUrl },
  onWarning: () => undefined,
});
await runtime.generateText({ role: "default", prompt: "hi" });
const [request] = sim.requests;
process.stdout.write(
  JSON.stringify({
    tools: request?.tools,
    trapped: JSON.stringify(request).includes("TRAP_MACHINE"),
  }),
);
