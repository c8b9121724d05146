import { isDeepStrictEqual } from "node:util";
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";

/**
 * The content of a result with everything that it holds: structured content that the text does not repeat follows as
 * JSON. For a client that is given content alone.
 */
export function wholeContent({
  content,
  structuredContent,
}: CallToolResult): readonly ContentBlock[] {
  const isRepeated = structuredContent === undefined || content.some(repeats(structuredContent));
  return isRepeated ? content : [...content, fencedJson(structuredContent)];
}

function fencedJson(value: unknown): ContentBlock {
  return { type: "text", text: fencedText(value) };
}

function fencedText(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;
}

/** Servers repeat it as JSON; some wrap a text as `{ "result": text }`. */
function repeats(structured: Readonly<Record<string, unknown>>): (block: ContentBlock) => boolean {
  return (block) => {
    if (block.type !== "text") return false;
    // The form of our own results, whose text may stand before it.
    if (block.text.endsWith(fencedText(structured))) return true;
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
