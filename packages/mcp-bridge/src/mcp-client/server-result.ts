import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";
import { wholeContent } from "./whole-content.ts";

/**
 * The result of a server as content alone, which the model sees on every transport and which can be cut.
 *
 * @param redact Removes the caller's secrets from the text of an error.
 */
export function layOutServerResult(
  result: CallToolResult,
  redact: (text: string) => string,
): { readonly content: readonly ContentBlock[]; readonly isError: boolean } {
  const blocks = wholeContent(result);
  const shown: readonly ContentBlock[] =
    blocks.length > 0 ? blocks : [{ type: "text", text: "(The tool returned nothing.)" }];
  if (result.isError !== true) return { content: shown, isError: false };
  return {
    content: shown.map((block) =>
      block.type === "text" ? { ...block, text: redact(block.text) } : block,
    ),
    isError: true,
  };
}
