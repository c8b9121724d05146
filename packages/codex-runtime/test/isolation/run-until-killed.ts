import { CodexKtxLlmRuntime } from "../../src/index.ts";

/** A program of its own: one run on the endpoint in its first argument, the way to talk to Codex in its second. */
const [baseUrl = "", transport] = process.argv.slice(2);
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  transport: transport === "exec" ? "exec" : "app-server",
});
await runtime.generateText({ role: "default", prompt: "hi" });
