import { CodexKtxLlmRuntime } from "../../../src/index.ts";
import { endlessTool } from "../tools.ts";

/** A program that disposes nothing. */
const [, , way = "", baseUrl = ""] = process.argv;
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  endpoint: { baseUrl },
  toolTransport: "mcp",
  // The mark of its processes.
  env: { ...process.env, TMP: baseUrl },
});
const asked = { role: "default", prompt: "Hi!" } as const;
switch (way) {
  case "a call":
    await runtime.generateText(asked);
    break;
  case "an open thread":
    await runtime.openThread({ role: "default" }).generateText({ prompt: "Hi!" });
    break;
  case "an open thread whose tools are behind a server": {
    const thread = runtime.openThread({ role: "default", tools: endlessTool().tools });
    await thread.generateText({ prompt: "Hi!" });
    break;
  }
  case "a failed call":
    await runtime.generateText({ ...asked, timeoutMs: 1 }).catch(() => {});
    break;
  case "a stream that nobody reads to its end":
    for await (const _ of runtime.streamText(asked).textStream) break;
    break;
  case "an uncaught error":
    await runtime.generateText(asked);
    throw new Error("uncaught");
}
