import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { fingerprint, reply, startCodexSim, text } from "@ktx/codex-sim";

// In place of Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, or a gateway of your company.
const service = await startCodexSim({ script: () => reply([text("Hello from the gateway.")]) });

const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  // The name of the variable, and never the key itself. A service without a key needs none.
  endpoint: { baseUrl: service.baseUrl, apiKeyEnv: "GATEWAY_KEY" },
  env: { ...process.env, GATEWAY_KEY: "made-up-key" },
  // The service's own name of its model.
  modelSlots: { default: "gateway/large-2" },
});
try {
  console.log(await runtime.generateText({ role: "default", prompt: "Hello?" }));
  const [request] = service.requests;
  console.log("model", request?.model);
  console.log(
    "the key of GATEWAY_KEY",
    request?.headers["authorization"]?.includes(fingerprint("made-up-key")),
  );
  console.log("tools that Codex added", request?.tools);
} finally {
  await runtime[Symbol.asyncDispose]();
  await service.close();
}
