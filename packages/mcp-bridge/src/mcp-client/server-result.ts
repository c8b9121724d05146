import { isDeepStrictEqual } from "node:util";
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";

/**
 * The result of a server as content alone, which the model sees on every transport and which can be cut. Structured
 * content that the text does not repeat follows as JSON.
 *
 * @param redact Removes the caller's secrets from the text of an error.
 */
export function layOutServerResult(
  { content, structuredContent, isError }: CallToolResult,
  redact: (text: string) => string,
): { readonly content: readonly ContentBlock[]; readonly isError: boolean } {
  const isRepeated = structuredContent === undefined || content.some(repeats(structuredContent));
  const blocks = isRepeated ? content : [...content, fencedJson(structuredContent)];
  const shown: readonly ContentBlock[] =
    blocks.length > 0 ? blocks : [{ type: "text", text: "(The tool returned nothing.)" }];
  if (isError !== true) return { content: shown, isError: false };
  return {
    content: shown.map((block) =>
      block.type === "text" ? { ...block, text: redact(block.text) } : block,
    ),
    isError: true,
  };
}

function fencedJson(value: unknown): ContentBlock {
  return { type: "text", text: `\`\`\`json\n${JSON.stringify(value)}\n\`\`\`` };
}

/** Servers repeat it as JSON; some wrap a text as `{ "result": text }`. */
function repeats(structured: Readonly<Record<string, unknown>>): (block: ContentBlock) => boolean {
  return (block) => {
    if (block.type !== "text") return false;
    if (Object.keys(structured).length === 1 && structured["result"] === block.text) return true;
    try {
      const value: unknown = JSON.parse(block.text);
      return (
        isDeepStrictEqual(value, structured) || isDeepStrictEqual({ result: value }, structured)
      );
    } catch {
      return false;
    }
  };
}
