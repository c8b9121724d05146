/** Writes `refund.jsonl`, once, with the model. Run it again when the prompt changes. */
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { record } from "@ktx/recording";
import { recordingFile, redactionRules } from "./recording-file.ts";
import { refundWindow } from "./refund-agent.ts";

// In place of the real model; leave `endpoint` out to record that one.
const sim = await startCodexSim({
  script: answering((told) =>
    told === undefined ? [toolCall("rule_look_up", { channel: "e-mail" })] : '{"days":14}',
  ),
});
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
  wrapTransport: (transport) => record(transport, recordingFile, redactionRules),
});
try {
  console.log(`${await refundWindow(runtime, "e-mail")} days, recorded`);
} finally {
  await runtime[Symbol.asyncDispose]();
  await sim.close();
}
