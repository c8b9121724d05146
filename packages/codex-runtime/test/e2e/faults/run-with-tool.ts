import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endlessTool } from "../tools.ts";

/** One run, with a tool that never returns, over a transport against an endpoint. */
const [, , transport = "", baseUrl = ""] = process.argv;
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  transport: transport === "app-server" ? transport : "exec",
});
await runtime.generateText({ role: "default", prompt: "Hi!", tools: endlessTool().tools });
