import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endingOf } from "./fault.ts";

/** One run over a transport against an endpoint, with so many retries, whose end is printed as JSON. */
const [, , transport = "", baseUrl = "", maxRetries = "3"] = process.argv;
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  timeoutMs: 30_000,
  maxRetries: Number(maxRetries),
  transport: transport === "app-server" ? transport : "exec",
});
const ending = await endingOf(runtime.generateText({ role: "default", prompt: "Hi!" }));
process.stdout.write(JSON.stringify(ending));
