import { once } from "node:events";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { startChatServer } from "./chat-server.ts";

const sim = await startCodexSim({
  script: ({ userText }) =>
    reply([text(`You said: ${userText}`, { deltas: 6 })], { betweenItemsMs: 20 }),
});
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
const server = await startChatServer(runtime);
try {
  console.log(`Open ${server.url}, and end with Ctrl-C.`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
} finally {
  for (const opened of [server, runtime, sim]) await opened[Symbol.asyncDispose]();
}
