import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endlessTool } from "../tools.ts";

/** One run, with a tool that never returns, against the endpoint that the argument names. */
const [, , baseUrl = ""] = process.argv;
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
});
await runtime.generateText({ role: "default", prompt: "Hi!", tools: endlessTool().tools });
