import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { startToolBridge } from "@ktx/mcp-bridge";
import { CodexKtxLlmRuntime } from "../../src/index.ts";
import { wikiTools } from "./wiki-tools.ts";

/**
 * A program of its own, to be watched from outside: one run with a tool call against a service in the
 * same process. Its arguments are the isolation mode, the way to talk to Codex, the Codex binary and the
 * project; it prints its answer and the ports that it may be spoken to at.
 */
const [isolation, transport, codexPath = "", projectDir = ""] = process.argv.slice(2);
const ports: number[] = [];
const note = (url: string): void => void ports.push(Number(new URL(url).port));

await using sim = await startCodexSim({
  script: answering((found) =>
    found === undefined ? [toolCall("wiki_search", { query: "rev" })] : "done",
  ),
});
note(sim.baseUrl);
const runtime = new CodexKtxLlmRuntime({
  projectDir,
  codexPath,
  isolation: isolation === "host" ? "host" : "strict",
  transport: transport === "exec" ? "exec" : "app-server",
  modelSlots: { default: "codex" },
  endpoint: { baseUrl: sim.baseUrl },
  onWarning: () => undefined,
  startMcpServer: async (input) => {
    const bridge = await startToolBridge(input);
    note(bridge.url);
    return bridge;
  },
});
const answer = await runtime.generateText({ role: "default", prompt: "hi", tools: wikiTools });
process.stdout.write(JSON.stringify({ answer, ports }));
