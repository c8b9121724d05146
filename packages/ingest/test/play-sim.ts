import { reply, type SimReply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { playIngestModel } from "../src/testing/index.ts";

/** The scripted model on the wire. */
export function playSim(request: SimRequest): SimReply {
  // Codex puts the duration of a call over MCP before its result.
  const results = request.toolOutputs.map(({ output }) =>
    output.replace(/^Wall time: .*\nOutput:\n/, ""),
  );
  const action = playIngestModel(request.userText, results);
  return reply(["text" in action ? text(action.text) : toolCall(action.tool, action.arguments)]);
}
