import { setTimeout as sleep } from "node:timers/promises";
import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endlessTool } from "../tools.ts";

/** A program with one run, which has a tool that never returns, over a transport against an endpoint. */
const [, , transport = "", baseUrl = ""] = process.argv;
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  // The mark of its processes.
  env: { ...process.env, TMP: baseUrl },
  transport: transport === "app-server" ? transport : "exec",
});
await runtime.generateText({ role: "default", prompt: "Hi!", tools: endlessTool().tools });
// It stays, as a program that has further runs does.
await sleep(60_000);
