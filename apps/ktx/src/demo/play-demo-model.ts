import { reply, type SimReply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { playIngestModel } from "@ktx/ingest/testing";

/** The scripted model on the wire. Its only input is the request, so other sources lead to another wiki. */
export function playDemoModel(request: SimRequest): SimReply {
  // Codex puts the duration of a call over MCP before its result.
  const results = request.toolOutputs.map(({ output }) =>
    output.replace(/^Wall time: .*\nOutput:\n/, ""),
  );
  const action = playIngestModel(request.userText, results);
  const item = "text" in action ? text(action.text) : toolCall(action.tool, action.arguments);
  // An estimate in place of the service's count: a token is about four bytes.
  const inputTokens = Math.round(request.bytes / 4);
  const outputTokens = Math.round(JSON.stringify(item).length / 4);
  return reply([item], {
    usage: { inputTokens, cachedInputTokens: 0, outputTokens, reasoningOutputTokens: 0 },
  });
}
