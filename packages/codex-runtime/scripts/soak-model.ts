import { setTimeout as sleep } from "node:timers/promises";
import {
  partialText,
  refusal,
  refuse,
  reply,
  type SimReply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";

/** The model of a soak, in a process of its own, so that what it keeps is not counted with the runtime's. */
const sim = await startCodexSim({
  script: async ({ userText, toolOutputs }) => {
    const [, fault = "none"] = /fault: ([\w-]+)/.exec(userText) ?? [];
    await sleep(5);
    return replies[fault] ?? good(userText, toolOutputs.length);
  },
});
process.send?.(sim.baseUrl);
process.once("disconnect", () => void sim.close());

const replies: Readonly<Record<string, SimReply>> = {
  server: refuse(500, { error: { message: "boom" } }),
  auth: refuse(401, { error: { message: "Incorrect API key provided." } }),
  quota: refuse(429, { error: { code: "insufficient_quota", message: "No more." } }),
  cut: reply([text("I was about")], { finish: "cut" }),
  stall: reply([partialText("I was")], { finish: "stall" }),
  refusal: reply([refusal("No.")]),
  "output-limit": reply([text("Once")], { finish: { incomplete: "max_output_tokens" } }),
  "tool-throws": reply([toolCall("fail", { why: "soak" })]),
  "tool-hangs": reply([toolCall("wait", {})]),
};

function good(userText: string, calls: number): SimReply {
  if (userText.includes("wrong at first") && !userText.includes("Validation errors"))
    return reply([text('{"n":"one"}')]);
  if (userText.includes("object")) return reply([text('{"n":1}')]);
  return userText.includes("tool") && calls === 0
    ? reply([toolCall("add", { a: 1, b: 2 })])
    : reply([text("Fine.")]);
}
