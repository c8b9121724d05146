import { reply, type SimReply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { playIngestModel } from "@ktx/ingest/testing";

/** A model that reads each unit of an ingest as a person would. */
export function playIngest(request: SimRequest): SimReply {
  const results = request.toolOutputs.map(({ output }) =>
    output.replace(/^Wall time: .*\nOutput:\n/, ""),
  );
  const action = playIngestModel(request.userText, results);
  return reply(["text" in action ? text(action.text) : toolCall(action.tool, action.arguments)]);
}
