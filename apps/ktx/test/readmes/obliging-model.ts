import { reply, type SimReply, type SimRequest, text, toolCall } from "@ktx/codex-sim";

/** A model that looks things up once where it may, and answers every schema with what fits. */
export function oblige({ outputSchema, tools: [tool], toolOutputs }: SimRequest): SimReply {
  if (outputSchema !== undefined) return reply([text(JSON.stringify(fill(outputSchema)))]);
  if (tool === undefined || toolOutputs.length > 0) return reply([text("The answer.")]);
  return reply([toolCall(tool, { query: "Refunds", page: "refunds.md", name: "Ada" })]);
}

/** A value of a strict object schema with flat properties. */
function fill(schema: Readonly<Record<string, unknown>>): unknown {
  const properties = Object.entries(schema["properties"] ?? {});
  return Object.fromEntries(properties.map(([name, part]) => [name, fillPart(part)]));
}

function fillPart(part: unknown): unknown {
  const json = JSON.stringify(part);
  if (json.includes('"null"')) return null;
  return json.includes('"number"') ? 7 : "text";
}
