import { CodexKtxLlmRuntime } from "../../src/index.ts";

/** A program of its own: one run on the endpoint in its first argument. */
const [baseUrl = ""] = process.argv.slice(2);
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
});
await runtime.generateText({ role: "default", prompt: "hi" });
