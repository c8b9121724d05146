import { answering, startCodexSim } from "@ktx/codex-sim";
import { CodexKtxLlmRuntime } from "../../src/index.ts";

/**
 * A program of its own, for a machine of its own: prints what its one run showed to the model. Its
 * arguments are the isolation mode and the way to talk to Codex.
 */
const [isolation, transport] = process.argv.slice(2);
await using sim = await startCodexSim({ script: answering(() => "hello") });
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  isolation: isolation === "host" ? "host" : "strict",
  transport: transport === "exec" ? "exec" : "app-server",
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
